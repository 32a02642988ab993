// What happened to a conversation, in words.
import type { ConversationEvent } from "../backend";
import { number } from "./numbers";
import { dayAndClock } from "./time";
import { m } from "../paraglide/messages.js";

export function eventWords(event: ConversationEvent): string {
  switch (event.what) {
    case "opened":
      return m.event_opened();
    case "closed":
      return event.reason ? m.event_closed_reason({ reason: event.reason }) : m.event_closed();
    case "closed_quiet":
      return m.event_closed_quiet({ count: event.after_h, shown: number(event.after_h) });
    case "reopened":
      return m.event_reopened();
    case "snoozed":
      return event.until_ms ? m.event_snoozed({ when: dayAndClock(event.until_ms) }) : m.event_snoozed_reply();
    case "snooze_ended":
      return m.event_snooze_ended();
    case "no_reply_needed":
      return m.event_no_reply();
    case "blocked":
      return m.event_blocked();
    case "unblocked":
      return m.event_unblocked();
    case "follow_ups_canceled":
      return m.event_follow_ups_canceled({ count: event.count, shown: number(event.count) });
    case "line_disconnected":
      return m.event_line_disconnected();
    case "line_reconnected":
      return m.event_line_reconnected();
  }
}
