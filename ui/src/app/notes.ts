// Notes and calls of a contact: written, changed, taken away, and found again in the chat they were written beside.
import { call, type ContactId, type ConversationId, type Note, type NoteId, type NoteView } from "../backend";
import { newId } from "../lib/id";
import { m } from "../paraglide/messages.js";
import { act, attempt, offerUndo } from "./act";
import { choose, chooseNote } from "./chosen.svelte";
import { dialogs } from "./dialogs.svelte";
import { askPanel } from "./panel-asked.svelte";
import { showPerson } from "./person.svelte";
import { go } from "./route.svelte";

/** A new note, or other words for one that is there: `read` is what that said to whoever changed it. The note as it
 *  was kept. */
export async function saveNote(
  about: { contact_id: ContactId; conversation_id: ConversationId | null },
  text: string,
  read?: Note,
): Promise<NoteView | undefined> {
  const note_id = read?.id ?? newId();
  const saved = await attempt(() => call("save_note", { ...about, note_id, text, expect: read }));
  if (saved) offerUndo(read ? m.note_did_change() : m.note_did_save(), saved.undo);
  return saved?.note;
}

/** As it was shown: what somebody else wrote into it since is not deleted unread. */
export function deleteNote({ note }: NoteView): Promise<boolean> {
  return act(note.call ? m.call_did_delete() : m.note_did_delete(), () => call("delete_note", { note }));
}

export function logCall(contact_id: ContactId, name: string, conversation_id: ConversationId | null): void {
  dialogs.call = { contact_id, name, conversation_id };
}

/** In its chat, where it stands between the messages of then. */
export async function showInChat(conversation_id: ConversationId, note: { id: NoteId; at_ms: number }): Promise<void> {
  const at = { at: "date" as const, at_ms: note.at_ms };
  const asked = { conversation_id, at, limit: 1, with_events: true };
  const page = await attempt(() => call("list_messages", asked));
  if (!page) return;
  const beside = page.messages.find((message) => message.at_ms >= note.at_ms) ?? page.messages.at(-1);
  go("inbox");
  chooseNote(conversation_id, note.id, beside?.id);
}

/** In the panel of its contact, with or without a chat. */
export function showInPanel(
  contact: { id: ContactId; name: string },
  conversation_id: ConversationId | null,
  note: { id: NoteId; isCall: boolean },
): void {
  if (conversation_id) choose(conversation_id);
  else {
    showPerson(contact);
    go("directory");
  }
  askPanel({ contact_id: contact.id, tab: note.isCall ? "calls" : "notes", note_id: note.id });
}
