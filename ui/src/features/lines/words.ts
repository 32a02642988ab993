// What can be done about a line's state, and what each kind of line can and cannot do.
import type { LineState, LineType } from "../../backend";
import { m } from "../../paraglide/messages.js";

export type Tone = "green" | "amber" | "red" | "grey";

export function lineTone(state: LineState): Tone {
  switch (state.state) {
    case "connected":
      return "green";
    case "connecting":
    case "degraded":
      return "amber";
    case "needs_auth":
      return "red";
    case "disconnected":
      return state.code === "ON_PURPOSE" ? "grey" : "red";
    case "removed":
      return "grey";
  }
}

/** What to do about it, where a person can do something. */
export function lineAdvice(state: LineState): string | undefined {
  if (!("code" in state)) return undefined;
  switch (state.code) {
    case "CONFLICT":
      return m.lines_advice_conflict();
    case "WEBHOOK":
      return m.lines_advice_webhook();
    case "UNAUTHORIZED":
    case "SECRET_MISSING":
    case "TOKEN_SHAPE":
      return m.lines_advice_token();
    case "NETWORK":
      return m.lines_advice_network();
    case "ON_PURPOSE":
      return m.lines_advice_on_purpose();
    default:
      return state.state === "needs_auth" ? m.lines_advice_token() : undefined;
  }
}

export function typeName(type: LineType): string {
  return {
    telegram_bot: m.lines_telegram_title,
    simulator: m.channel_simulator,
    whatsapp_export: m.lines_history_title,
  }[type]();
}

/** What a kind of line can do, what it cannot, and what it needs: said before anything is typed (LIN-01). */
export function typeFacts(type: LineType): { can: string[]; cannot: string[]; needs: string[] } {
  if (type === "telegram_bot")
    return {
      can: [m.lines_telegram_can_1(), m.lines_telegram_can_2(), m.lines_telegram_can_3()],
      cannot: [m.lines_telegram_cannot_1(), m.lines_telegram_cannot_2(), m.lines_telegram_cannot_3()],
      needs: [m.lines_telegram_needs_1(), m.lines_telegram_needs_2()],
    };
  return {
    can: [m.lines_samples_can_1(), m.lines_samples_can_2(), m.lines_samples_can_3()],
    cannot: [m.lines_samples_cannot_1()],
    needs: [m.lines_samples_needs_1()],
  };
}
