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
  FieldId,
  StageId,
  MessageView,
} from "../backend";

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

/** What has to be filled in before a lead goes where it was to go. */
export interface FieldsAsked {
  lead: Lead;
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
  fields: FieldsAsked | null;
  followUp: FollowUpAsked | null;
  /** To be reminded when this message gets no answer. */
  nudge: MessageView | null;
  /** What was due while nothing ran, to be decided. */
  asking: boolean;
  /** Contacts that are perhaps one person, the one to keep first. */
  merge: ContactId[] | null;
  newContact: object | null;
  /** Work for somebody who is away: is that meant? */
  away: { name: string; give: () => void } | null;
  duplicates: boolean;
}
export const dialogs = $state<Dialogs>({
  connect: false,
  snooze: null,
  close: null,
  quickReplies: false,
  link: null,
  leadStatus: null,
  fields: null,
  followUp: null,
  nudge: null,
  asking: false,
  merge: null,
  newContact: null,
  away: null,
  duplicates: false,
});
