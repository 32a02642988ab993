// Refusals of a message that sending it again does not cure: somebody has to do something else first.
import type { MessageView } from "../backend";

const NOT_BY_RETRY = new Set(["BLOCKED", "BLOCKED_BY_CUSTOMER", "CHAT_NOT_FOUND"]);

/** Would the same message, sent again now, be refused again for the same reason? */
export function retryIsNoHelp(message: MessageView): boolean {
  return message.error !== null && NOT_BY_RETRY.has(message.error.code);
}

/** What brings a message, or its words, on its way again. */
const GOES_ON = ["retry", "take_back", "settle", "release"];

/** Its words can only be taken elsewhere: sending it again does not help, or nothing sends it any more (its line is
 *  gone). Empty where there is another way, or there are no words. */
export function wordsToTake(message: MessageView): string {
  const stopped = ["failed", "unknown", "needs_ok"].includes(message.delivery);
  const isStuck = retryIsNoHelp(message) || !message.allowed.some((what) => GOES_ON.includes(what));
  return stopped && isStuck ? ownWords(message) : "";
}

/** The words of a message, to be taken elsewhere. */
export function ownWords({ body }: Pick<MessageView, "body">): string {
  return body.kind === "text" ? body.text : body.kind === "media" ? (body.caption ?? "") : "";
}
