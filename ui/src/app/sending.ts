// What has not left yet: sending it, and taking words back into the composer of their conversation.
import { call, type ConversationId, type DraftView, type MessageId, type MessageView } from "../backend";
import { attempt, takingBack } from "./act";
import type { UndoEnd } from "./undo.svelte";

const listeners = new Set<(draft: DraftView) => void>();

/** The composer hears drafts that came back. */
export function onDraftBack(handler: (draft: DraftView) => void): () => void {
  listeners.add(handler);
  return () => listeners.delete(handler);
}

type Ask = () => Promise<DraftView>;
let between: (conversation_id: ConversationId, ask: Ask) => Promise<DraftView> = (_, ask) => ask();
/** Whoever holds what is being typed saves it before the app changes the draft, and takes what it answers. */
export function onTakingBack(handler: typeof between): void {
  between = handler;
}

/** Has the app change a draft of this window's conversation; undefined when it was refused, which is said in words. */
export function takeBackBy(conversation_id: ConversationId, ask: Ask): Promise<DraftView | undefined> {
  return attempt(() => bringBack(conversation_id, ask));
}
async function bringBack(conversation_id: ConversationId, ask: Ask): Promise<DraftView> {
  const draft = await between(conversation_id, ask);
  listeners.forEach((handler) => handler(draft));
  return draft;
}

type Sent = Pick<MessageView, "id" | "conversation_id">;
/** Everything that left with the same click comes back with it. */
export function takeBackHeld({ id, conversation_id }: Sent): Promise<UndoEnd> {
  return takingBack(() => bringBack(conversation_id, () => call("undo_send", { message_id: id })));
}
export async function takeBack({ id, conversation_id }: Sent): Promise<void> {
  await takeBackBy(conversation_id, () => call("take_back_message", { message_id: id }));
}
export async function sendNow(id: MessageId): Promise<void> {
  await attempt(() => call("send_held_now", { message_id: id }));
}

const sentListeners = new Set<(messages: MessageView[]) => void>();

/** The thread paints what was just sent without waiting for the event. */
export function onSent(handler: (messages: MessageView[]) => void): () => void {
  sentListeners.add(handler);
  return () => sentListeners.delete(handler);
}
export function announceSent(messages: MessageView[]): void {
  sentListeners.forEach((handler) => handler(messages));
}
