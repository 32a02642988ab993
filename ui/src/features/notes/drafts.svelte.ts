// What was typed about a contact, or into one of the notes, and not saved: another tab or chat loses nothing of it, for
// as long as the window is open. Of a note that is set right it is known what that said when the typing began.
import { SvelteMap } from "svelte/reactivity";
import type { ContactId, Note, NoteId } from "../../backend";

interface Draft {
  text: string;
  read?: Note;
}
const drafts = new SvelteMap<ContactId | NoteId, Draft>();

export function noteDraft(of: ContactId | NoteId): string | undefined {
  return drafts.get(of)?.text;
}
/** The note as it was when somebody began to set it right: what came later they have not read. */
export function noteRead(of: ContactId | NoteId): Note | undefined {
  return drafts.get(of)?.read;
}
/** `read`: the note as it stands there now, where one is set right. */
export function keepNoteDraft(of: ContactId | NoteId, text: string, read?: Note): void {
  drafts.set(of, { text, read: drafts.get(of)?.read ?? read });
}
/** They wrote it themselves: what is typed on goes on from it. */
export function nowRead(note: Note): void {
  const draft = drafts.get(note.id);
  if (draft?.read) drafts.set(note.id, { ...draft, read: note });
}
export function dropNoteDraft(of: ContactId | NoteId): void {
  drafts.delete(of);
}
/** Notes of a contact that somebody began to set right. */
export function notesBegun(contact_id: ContactId): Note[] {
  const begun = [...drafts.values()].flatMap(({ read }) => (read ? [read] : []));
  return begun.filter((note) => note.contact_id === contact_id);
}
