// The test of a person: the whole way of a message, and what the log says became of it.
import { ApiError, call, type LogEntry } from "../../backend";
import { readAlertHealth } from "../../app/alerts.svelte";
import { tell } from "../../app/act";
import { toast } from "../../app/toast.svelte";
import { m } from "../../paraglide/messages.js";
import { isTold, reasonText } from "./words";

/** No event says that the log has grown; its line stands there in a moment or never. */
const ASK_MS = 150;
const ASKS = 20;

let running = $state(false);
export function isTesting(): boolean {
  return running;
}

async function newest(): Promise<{ no: number; entry: LogEntry } | undefined> {
  return (await call("list_alert_log", { conversation_id: null, before: null }))[0];
}
async function lineAfter(no: number): Promise<LogEntry | undefined> {
  for (let ask = 0; ask < ASKS; ask++) {
    const log = await call("list_alert_log", { conversation_id: null, before: null });
    const line = log.find((row) => row.no > no && row.entry.event === "self_test");
    if (line) return line.entry;
    await new Promise((next) => setTimeout(next, ASK_MS));
  }
  return undefined;
}

export async function runTest(): Promise<void> {
  if (running) return;
  running = true;
  try {
    const before = (await newest())?.no ?? 0;
    await call("test_alerts");
    const line = await lineAfter(before);
    if (line?.banner && line.sound) {
      const tone = isTold(line.banner) && isTold(line.sound) ? "plain" : "problem";
      toast(m.alerts_tested({ banner: reasonText(line.banner, "banner"), sound: reasonText(line.sound, "sound") }), {
        tone,
      });
    } else toast(m.alerts_test_silent(), { tone: "problem" });
  } catch (error) {
    tell(ApiError.from(error));
  }
  await readAlertHealth();
  running = false;
}
