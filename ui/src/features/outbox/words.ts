// Why something has not left, and in which order a person wants to see it.
import type { MessageView, OutboxItem } from "../../backend";
import { codeText, hasWords } from "../../app/errors";
import { fileName, kindName } from "../../lib/body";
import { dayAndClock } from "../../lib/time";
import { m } from "../../paraglide/messages.js";

export type Tone = "plain" | "amber" | "red";

export function reasonText(item: OutboxItem): string {
  const { message, reason } = item;
  switch (reason) {
    case "HELD":
      return message.held_until_ms === 0 ? m.held_asks() : m.outbox_held();
    case "NEEDS_OK":
      return m.needs_ok_words({ when: dayAndClock(message.at_ms) });
    case "WAITING_REPLY":
      return m.waiting_reply_words();
    case "FAILED":
      return m.failed_because({ reason: message.error ? codeText(message.error.code) : m.failed_no_reason() });
    case "UNKNOWN":
      return m.unknown_words();
    default:
      return hasWords(`waiting_${reason}`) ? codeText(`waiting_${reason}`) : m.delivery_queued();
  }
}

export function reasonTone(reason: string): Tone {
  if (reason === "FAILED") return "red";
  return reason === "HELD" || reason === "NEEDS_OK" || reason === "UNKNOWN" ? "amber" : "plain";
}

/** What asks comes first, then what did not go, then what waits; inside, the oldest first: that is the order in
 *  which a chat sends. */
export function inOrder(items: readonly OutboxItem[]): OutboxItem[] {
  const rank = (item: OutboxItem) =>
    item.reason === "NEEDS_OK" || (item.reason === "HELD" && item.message.held_until_ms === 0)
      ? 0
      : item.reason === "UNKNOWN"
        ? 1
        : item.reason === "FAILED"
          ? 2
          : 3;
  return [...items].sort((a, b) => rank(a) - rank(b) || a.message.at_ms - b.message.at_ms);
}

/** One line that says what the message is. */
export function messageText(message: MessageView): string {
  const { body } = message;
  if (body.kind === "text") return body.text;
  if (body.kind === "media") return body.caption || fileName(body.file.name, body.media);
  return kindName(body.kind);
}
