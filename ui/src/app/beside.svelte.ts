// What stands open beside the board or the agenda: a person, with their chat where there is one. The chat is the chosen one, as in
// the inbox; when it is closed the inbox has its own chat back.
import type { ContactId, ConversationId } from "../backend";
import { choose, chooseToWrite, chosenConversation } from "./chosen.svelte";
import { currentScreen, type Screen } from "./route.svelte";

interface Beside {
  contact_id: ContactId;
  name: string;
  /** Without one the contact is shown. */
  hasChat: boolean;
  /** Beside which it stands: elsewhere it is not there. */
  screen: Screen;
}
let beside = $state.raw<Beside>();
let before: ConversationId | null = null;

export function openBeside(contact_id: ContactId, name: string, chat: ConversationId | null): void {
  if (!beside) before = chosenConversation();
  beside = { contact_id, name, hasChat: chat !== null, screen: currentScreen() };
  if (chat) chooseToWrite(chat);
}
export function besideBoard(): Beside | undefined {
  return beside?.screen === currentScreen() ? beside : undefined;
}
/** `keep`: the chat goes on elsewhere. */
export function closeBeside(keep = false): void {
  if (!beside) return;
  beside = undefined;
  if (!keep && chosenConversation() !== before) choose(before);
}

/** The chat that is on screen now, wherever it stands. */
export function chatOnScreen(): ConversationId | null {
  const stands = currentScreen() === "inbox" || (besideBoard()?.hasChat ?? false);
  return stands ? chosenConversation() : null;
}
