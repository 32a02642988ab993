// Taking back what has not left yet. The text returns to the composer by itself: the app says the draft changed.
import { call, type DraftView, type MessageId, type MessageView } from "../backend";
import { attempt } from "./act";

const listeners = new Set<(draft: DraftView) => void>();

/** The composer hears drafts that came back. */
export function onDraftBack(handler: (draft: DraftView) => void): () => void {
  listeners.add(handler);
  return () => listeners.delete(handler);
}
function back(draft: DraftView | undefined): void {
  if (draft) listeners.forEach((handler) => handler(draft));
}

export async function takeBackHeld(id: MessageId): Promise<void> {
  back(await attempt(() => call("undo_send", { message_id: id })));
}
export async function takeBack(id: MessageId): Promise<void> {
  back(await attempt(() => call("take_back_message", { message_id: id })));
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

/** Words that came back another way (out of the review list) stand in the composer at once. */
export function announceDraft(draft: DraftView): void {
  back(draft);
}
