// "Reply to this message", from the thread to the composer of the same conversation.
import type { ConversationId, MessageId, MessageView } from "../backend";

interface Replying {
  conversation_id: ConversationId;
  message: MessageView;
  nonce: number;
}
let replying = $state.raw<Replying>();
let nonce = 0;

export function replyAsked(): Replying | undefined {
  return replying;
}
export function setReply(conversation_id: ConversationId, message: MessageView): void {
  replying = { conversation_id, message, nonce: ++nonce };
}
export type { MessageId };
