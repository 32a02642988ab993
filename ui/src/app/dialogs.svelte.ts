// Dialogs that more than one screen opens. The app draws them; features only ask.
import type {
  Body,
  ContactId,
  ConversationId,
  FollowUp,
  FollowUpKind,
  Lead,
  LeadId,
  LeadPatch,
  LeadStatusId,
  LeftOut,
  FieldId,
  StageId,
  MessageView,
  NoteView,
} from "../backend";
import type { Many, Plan } from "./whom.svelte";

/** A follow-up that is to be made, or changed. */
export interface FollowUpAsked {
  /** Whose it is; absent: that is asked first. */
  lead?: { id: LeadId; contact_id: ContactId; name: string };
  edit?: FollowUp;
  kind?: FollowUpKind;
  due_at_ms?: number;
  /** The chat that a message goes by, where one was meant. */
  conversation_id?: ConversationId;
  /** What was written in the composer, which lets go of it once it is planned. */
  written?: { body: Body; taken: () => void; back: () => void };
}

export interface CallAsked {
  contact_id: ContactId;
  name: string;
  /** The chat that is open. */
  conversation_id: ConversationId | null;
  edit?: NoteView;
}

/** A value that is to be chosen for one lead, or for many. */
export interface Asked {
  what: "assign" | "move" | "note" | "tags" | "score" | "status";
  one?: { contact_id: ContactId; name: string; lead?: Lead };
  many?: Many;
  /** Of a status: chosen already. */
  status_id?: LeadStatusId;
  /** Of a note: typed already. */
  text?: string;
}

/** What has to be filled in before a lead goes where it was to go. */
export interface FieldsAsked {
  lead: Lead;
  /** Whose it is; empty until it was read. */
  name: string;
  stage_id: StageId;
  field_ids: readonly FieldId[];
  /** The change that was refused. */
  patch: LeadPatch;
  /** What it says once it is done. */
  label: string;
}

interface Dialogs {
  connect: boolean;
  snooze: ConversationId[] | null;
  close: ConversationId[] | null;
  quickReplies: boolean;
  link: string | null;
  /** Changing a lead's status, perhaps with one chosen already. */
  leadStatus: { lead: Lead; status_id?: LeadStatusId } | null;
  ask: Asked | null;
  fields: FieldsAsked | null;
  followUp: FollowUpAsked | null;
  /** One follow-up for each of many. */
  followUps: { count: number; plan: (plan: Plan, label: string) => void } | null;
  /** To be reminded when this message gets no answer. */
  nudge: MessageView | null;
  /** What was due while nothing ran, to be decided. */
  asking: boolean;
  /** Contacts that are perhaps one person, the one to keep first. */
  merge: ContactId[] | null;
  newContact: object | null;
  /** Whom a deed on many left as they were. */
  leftOut: readonly LeftOut[] | null;
  /** Work for somebody who is away: is that meant? */
  away: { name: string; give: () => void } | null;
  duplicates: boolean;
  /** A call that is to be written down, or changed. */
  call: CallAsked | null;
}
export const dialogs = $state<Dialogs>({
  connect: false,
  snooze: null,
  close: null,
  quickReplies: false,
  link: null,
  leadStatus: null,
  ask: null,
  fields: null,
  followUp: null,
  followUps: null,
  nudge: null,
  asking: false,
  merge: null,
  newContact: null,
  leftOut: null,
  away: null,
  duplicates: false,
  call: null,
});
