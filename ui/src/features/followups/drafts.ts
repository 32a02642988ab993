// What was typed into the form and not saved: closing it asks nothing and loses nothing, for as long as the window is
// open.
import type { ConversationId, FollowUp, FollowUpKind, LeadId, MemberId } from "../../backend";

export interface FormDraft {
  kind: FollowUpKind;
  at_ms: number | undefined;
  /** Of a task: what is to be done. Never the same as the message's words: those are read by a customer. */
  note: string;
  text: string;
  conversation_id: ConversationId | undefined;
  cancel_if_reply: boolean;
  responsible_id: MemberId | null;
}

const drafts = new Map<string, FormDraft>();
const keyOf = (of: { lead_id?: LeadId; edit?: FollowUp }) => of.edit?.id ?? of.lead_id ?? "";

export function draftOf(of: { lead_id?: LeadId; edit?: FollowUp }): FormDraft | undefined {
  return drafts.get(keyOf(of));
}
export function keepDraft(of: { lead_id?: LeadId; edit?: FollowUp }, draft: FormDraft): void {
  drafts.set(keyOf(of), draft);
}
export function dropDraft(of: { lead_id?: LeadId; edit?: FollowUp }): void {
  drafts.delete(keyOf(of));
}
