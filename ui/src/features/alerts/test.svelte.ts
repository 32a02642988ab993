// The test of a person: the whole way of a message, and what the log says became of it.
import { ApiError, call, type AlertLogView, type Reason } from "../../backend";
import { mutedAll, quietNow, readAlertHealth } from "../../app/alerts.svelte";
import { tell } from "../../app/act";
import { toast } from "../../app/toast.svelte";
import { m } from "../../paraglide/messages.js";
import { told, type Told } from "./log.svelte";
import { isTold, reasonText, type Way } from "./words";

/** No event says that the log has grown; its line stands there in a moment or never. */
const ASK_MS = 150;
const ASKS = 20;

let running = $state(false);
export function isTesting(): boolean {
  return running;
}

async function newest(): Promise<AlertLogView | undefined> {
  return (await call("list_alert_log", { conversation_id: null, before: null }))[0];
}
/** What the log says of the test, the newest truth of each way; what is still to come is waited for. */
async function toldAfter(no: number): Promise<Told | undefined> {
  let line: Told | undefined;
  for (let ask = 0; ask < ASKS; ask++) {
    const log = await call("list_alert_log", { conversation_id: null, before: null });
    const before = line;
    line = told(log.filter((row) => row.no > no && row.entry.event === "self_test"))[0];
    const sound = line && wayOf(line, "sound");
    // A device that takes no sound says so in a moment: a sound that was played is asked for once more.
    if (sound && sound.why !== "later" && (before || !isTold(sound))) return line;
    await new Promise((next) => setTimeout(next, ASK_MS));
  }
  return line;
}
function wayOf(line: Told, wanted: Way): Reason | undefined {
  return line.ways.find(({ way }) => way === wanted)?.reason;
}
/** A test is told always; what a message would meet now is said beside it. */
function silentNow(): string | undefined {
  const muted = mutedAll();
  if (muted) return reasonText({ why: "muted", until_ms: muted.until_ms ?? null }, "banner");
  const until_ms = quietNow();
  return until_ms === undefined ? undefined : reasonText({ why: "quiet_hours", until_ms }, "banner");
}

export async function runTest(): Promise<void> {
  if (running) return;
  running = true;
  try {
    const before = (await newest())?.no ?? 0;
    await call("test_alerts");
    const line = await toldAfter(before);
    const [banner, sound] = [line && wayOf(line, "banner"), line && wayOf(line, "sound")];
    if (banner && sound) {
      const tone = isTold(banner) && isTold(sound) ? "plain" : "problem";
      const done = m.alerts_tested({ banner: reasonText(banner, "banner"), sound: reasonText(sound, "sound") });
      const why = silentNow();
      toast(why === undefined ? done : `${done} ${m.alerts_tested_silent({ why })}`, { tone });
    } else toast(m.alerts_test_silent(), { tone: "problem" });
  } catch (error) {
    tell(ApiError.from(error));
  }
  await readAlertHealth();
  running = false;
}
