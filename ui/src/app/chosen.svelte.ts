// Which conversation is open, and where in it to land. The list sets it, the thread follows; features do not
// know each other.
import type { ConversationId, ConversationView, MessageId, NoteId } from "../backend";
import { recall, remember } from "./memory";

export interface Landing {
  message_id: MessageId;
  /** What one came for stands beside the message. */
  note_id?: NoteId;
  /** Bumped so that the same place can be asked for twice. */
  nonce: number;
  /** The message takes the focus: it is what one came for. */
  focus: boolean;
}

let chosen = $state<ConversationId | null>();
let landing = $state.raw<Landing>();
let nonce = 0;

export function chosenConversation(): ConversationId | null {
  return chosen === undefined ? recall<ConversationId | null>("chosen", null) : chosen;
}
export function choose(id: ConversationId | null, at?: MessageId): void {
  chosen = id;
  writing = null;
  landing = at ? { message_id: at, nonce: ++nonce, focus: false } : undefined;
  remember("chosen", id);
}
/** Opens a chat for what became of a message: what is pressed next is meant for that, and is no word to a customer. */
export function chooseToLook(id: ConversationId, at: MessageId): void {
  choose(id);
  landing = { message_id: at, nonce: ++nonce, focus: true };
}

/** Opens a chat where a note stands in it; `at`: the message beside it, the end where there is none. */
export function chooseNote(id: ConversationId, note_id: NoteId, at?: MessageId): void {
  choose(id, at);
  if (landing) landing = { ...landing, note_id };
}

let writing = $state<ConversationId | null>(null);
/** Opens a chat to write in it, as a click does: its composer takes the cursor once it is the one on screen. Until
 *  then letters are neither commands nor words of the chat before. */
export function chooseToWrite(id: ConversationId, at?: MessageId): void {
  choose(id, at);
  askToWrite(id);
}
/** The cursor into the composer of the chat that is chosen already, also while it is still being read. */
export function askToWrite(id: ConversationId): void {
  writing = id;
}
export function writingAsked(): ConversationId | null {
  return writing;
}
export function writingTaken(): void {
  writing = null;
}

export function chosenLanding(): Landing | undefined {
  return landing;
}

let view = $state.raw<ConversationView>();
/** The head of the open conversation as last read; the thread keeps it fresh for actions and the panel. */
export function chosenView(): ConversationView | undefined {
  return view && view.id === chosenConversation() ? view : undefined;
}
export function setChosenView(next: ConversationView | undefined): void {
  view = next;
}
