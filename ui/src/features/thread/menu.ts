// What the menu of a message has beside an answer.
import type { MessageView } from "../../backend";
import { ownWords } from "../../lib/refusals";

const DONE_TO_IT = ["edit", "take_back", "save", "cancel"];

/** In a chat that takes no answers it may be nothing. */
export function hasEntries(message: MessageView): boolean {
  return ownWords(message) !== "" || message.allowed.some((what) => DONE_TO_IT.includes(what));
}
