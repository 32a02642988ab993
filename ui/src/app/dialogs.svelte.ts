// Dialogs that more than one screen opens. The app draws them; features only ask.
import type { ConversationId } from "../backend";

interface Dialogs {
  connect: boolean;
  snooze: ConversationId[] | null;
  close: ConversationId[] | null;
  quickReplies: boolean;
  link: string | null;
}
export const dialogs = $state<Dialogs>({ connect: false, snooze: null, close: null, quickReplies: false, link: null });
