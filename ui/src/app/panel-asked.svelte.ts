// Which tab or field of a contact's panel is asked for, and for what. Whoever shows the panel opens it, the panel turns
// the page.
import type { ContactId, FieldId, NoteId } from "../backend";
import { chosenView } from "./chosen.svelte";
import { currentScreen } from "./route.svelte";

export type PanelTab = "follow_ups" | "history" | "calls" | "files" | "notes" | "activity";
export interface PanelAsked {
  contact_id: ContactId;
  tab?: PanelTab;
  /** To be filled in. */
  field_id?: FieldId;
  /** To be shown there. */
  note_id?: NoteId;
  /** A note is to be written. */
  write?: boolean;
  /** Asked again it is another one. */
  nonce: number;
}
let asked = $state.raw<PanelAsked>();
let nonce = 0;

export function askPanel(ask: Omit<PanelAsked, "nonce">): void {
  asked = { ...ask, nonce: ++nonce };
}
export function panelAsked(contact_id: ContactId): PanelAsked | undefined {
  return asked?.contact_id === contact_id ? asked : undefined;
}
/** Of the person whose chat is open in the inbox. */
export function panelAskedInInbox(): boolean {
  const view = chosenView();
  return currentScreen() === "inbox" && view !== undefined && panelAsked(view.contact_id) !== undefined;
}
/** It has been done. */
export function panelTaken(done: PanelAsked): void {
  if (asked === done) asked = undefined;
}
