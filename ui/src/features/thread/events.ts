// What happened to the conversation, in words: what, and who did it.
import type { MessageView } from "../../backend";
import { number } from "../../lib/numbers";
import { dayAndClock } from "../../lib/time";
import { m } from "../../paraglide/messages.js";

export function eventText(message: MessageView): string {
  const who = message.author.by === "member" ? message.author_name : "";
  return [words(message), who].filter(Boolean).join(" · ");
}

function words(message: MessageView): string {
  if (message.body.kind !== "event") return "";
  const event = message.body.event;
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
