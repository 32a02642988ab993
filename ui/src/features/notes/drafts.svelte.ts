// What was typed about a contact, or into one of the notes, and not saved: another tab or chat loses nothing of it, for
// as long as the window is open.
import { SvelteMap } from "svelte/reactivity";
import type { ContactId, NoteId } from "../../backend";

const drafts = new SvelteMap<ContactId | NoteId, string>();

export function noteDraft(of: ContactId | NoteId): string | undefined {
  return drafts.get(of);
}
export function keepNoteDraft(of: ContactId | NoteId, text: string): void {
  drafts.set(of, text);
}
export function dropNoteDraft(of: ContactId | NoteId): void {
  drafts.delete(of);
}
