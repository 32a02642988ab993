// Quiet hours at this moment, as the app counts them: a span belongs to the day on which it begins.
import type { QuietHours } from "../backend";

const HOUR_MS = 3_600_000;
/** Seven days may follow each other without a gap. */
const MAX_SPANS = 8;

/** When the silence that holds now ends; undefined: it is not quiet. */
export function quietUntil(hours: QuietHours, now_ms: number): number | undefined {
  let until = endAt(hours, now_ms);
  for (let span = 0; until !== undefined && span < MAX_SPANS; span++) {
    const later = endAt(hours, until);
    if (later === undefined) break;
    until = later;
  }
  return until;
}

function endAt(hours: QuietHours, at_ms: number): number | undefined {
  if (!hours.on) return undefined;
  const at = new Date(at_ms);
  const minute = at.getHours() * 60 + at.getMinutes();
  // Monday is 0.
  const today = (at.getDay() + 6) % 7;
  const ends: number[] = [];
  const end = (days: number, to: number) => {
    const ms = new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, 0, to).getTime();
    // In an hour that comes twice the wall clock shows the end a second time.
    ends.push(ms > at_ms ? ms : ms + HOUR_MS);
  };
  const begins = hours.days[today];
  if (begins) {
    const overnight = begins.to_minute <= begins.from_minute;
    if (minute >= begins.from_minute && (overnight || minute < begins.to_minute))
      end(overnight ? 1 : 0, begins.to_minute);
  }
  const goesOn = hours.days[(today + 6) % 7];
  if (goesOn && goesOn.to_minute <= goesOn.from_minute && minute < goesOn.to_minute) end(0, goesOn.to_minute);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}
