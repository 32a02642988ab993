// How a line is, in words a seller uses. Codes stay behind; an unknown one still says something true.
import { hubNow } from "../app/clock.svelte";
import { codeText, hasWords } from "../app/errors";
import type { LineState } from "../backend";
import { m } from "../paraglide/messages.js";
import { clock } from "./time";

export function lineReason(code: string): string {
  return hasWords(`line_${code}`) ? codeText(`line_${code}`) : m.lines_reason_unknown({ code });
}

export function lineStateText(state: LineState): string {
  switch (state.state) {
    case "connecting":
      return m.lines_state_connecting();
    case "connected":
      return m.lines_state_connected();
    case "degraded":
      return m.lines_state_degraded({ reason: lineReason(state.code) });
    case "needs_auth":
      return m.lines_state_needs_auth({ reason: lineReason(state.code) });
    case "disconnected":
      return state.code === "ON_PURPOSE"
        ? m.lines_state_on_purpose()
        : m.lines_state_disconnected({ reason: lineReason(state.code) });
    case "removed":
      return m.lines_state_removed();
  }
}

/** The same with its pace: a line that was asked to go slower is connected and says until when. */
export function linePaceText(line: { state: LineState; slow_until_ms: number | null }): string {
  return line.state.state === "connected" && isSlow(line)
    ? m.lines_slow({ time: clock(line.slow_until_ms ?? 0) })
    : lineStateText(line.state);
}
export function isSlow(line: { slow_until_ms: number | null }): boolean {
  return line.slow_until_ms !== null && line.slow_until_ms > hubNow();
}
