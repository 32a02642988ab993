// "Reply to this message", from the thread to the composer of the same conversation. Asked once, taken once.
import type { ConversationId, MessageView } from "../backend";

interface Replying {
  conversation_id: ConversationId;
  message: MessageView;
}
let replying = $state.raw<Replying>();

export function replyAsked(): Replying | undefined {
  return replying;
}
export function setReply(conversation_id: ConversationId, message: MessageView): void {
  replying = { conversation_id, message };
}
export function replyTaken(): void {
  replying = undefined;
}
