// How a line is, in words a seller uses. Codes stay behind; an unknown one still says something true.
import { codeText, hasWords } from "../app/errors";
import type { LineState } from "../backend";
import { m } from "../paraglide/messages.js";

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
