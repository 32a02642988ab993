// Dialogs that more than one screen opens. The app draws them; features only ask.
import type { ConversationId, Lead, LeadStatusId } from "../backend";

interface Dialogs {
  connect: boolean;
  snooze: ConversationId[] | null;
  close: ConversationId[] | null;
  quickReplies: boolean;
  link: string | null;
  /** Changing a lead's status, perhaps with one chosen already. */
  leadStatus: { lead: Lead; status_id?: LeadStatusId } | null;
}
export const dialogs = $state<Dialogs>({
  connect: false,
  snooze: null,
  close: null,
  quickReplies: false,
  link: null,
  leadStatus: null,
});
