// Quiet hours as a person reads and writes them.
import type { QuietHours, QuietSpan } from "../../backend";
import { intlTag } from "../../app/locale.svelte";
import { dateFormat } from "../../lib/intl";

/** What a day gets when it becomes quiet: the evening to the morning. */
export const NIGHT: QuietSpan = { from_minute: 20 * 60, to_minute: 8 * 60 };
export const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

/** Monday is 0. */
export function dayName(day: number): string {
  void intlTag();
  // 1 January 2024 was a Monday.
  return dateFormat({ weekday: "long" }).format(new Date(2024, 0, 1 + day));
}
export function endsNextDay(span: QuietSpan): boolean {
  return span.to_minute <= span.from_minute;
}

/** Switched on without a single day, nothing would be quiet: then all nights are. */
export function switched(hours: QuietHours, on: boolean): QuietHours {
  const isEmpty = hours.days.every((span) => span === null);
  return { on, days: on && isEmpty ? allSame(NIGHT) : hours.days };
}
export function allSame(span: QuietSpan | null): QuietHours["days"] {
  return DAYS.map(() => span && { ...span }) as QuietHours["days"];
}
/** The first day that is quiet: the one that the others follow. */
export function model(hours: QuietHours): number | undefined {
  const found = hours.days.findIndex((span) => span !== null);
  return found === -1 ? undefined : found;
}
export function areSame(hours: QuietHours): boolean {
  return hours.days.every((span) => JSON.stringify(span) === JSON.stringify(hours.days[0]));
}
