// What happened to the conversation, in words: what, and who did it.
import type { MessageView } from "../../backend";
import { eventWords } from "../../lib/events";

export function eventText(message: MessageView): string {
  const who = message.author.by === "member" ? message.author_name : "";
  const words = message.body.kind === "event" ? eventWords(message.body.event) : "";
  return [words, who].filter(Boolean).join(" · ");
}
