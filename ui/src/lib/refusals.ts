// Refusals of a message that sending it again does not cure: somebody has to do something else first.
import type { MessageView } from "../backend";

const NOT_BY_RETRY = new Set(["BLOCKED", "BLOCKED_BY_CUSTOMER", "CHAT_NOT_FOUND"]);

/** Would the same message, sent again now, be refused again for the same reason? */
export function retryIsNoHelp(message: MessageView): boolean {
  return message.error !== null && NOT_BY_RETRY.has(message.error.code);
}

/** The words of a message, to be taken elsewhere. */
export function ownWords({ body }: Pick<MessageView, "body">): string {
  return body.kind === "text" ? body.text : body.kind === "media" ? (body.caption ?? "") : "";
}
