// Why the words in a box can't be sent as they stand, said before anybody tries.
import type { ConversationView } from "../../backend";
import { missingVariables } from "../../lib/variables";
import { m } from "../../paraglide/messages.js";
import type { DraftBox } from "./draft.svelte";

/** Fields of a quick reply that nobody has filled, in words. */
export function missingFields(box: DraftBox): string {
  return missingVariables(box.text);
}

export function isTooLong(box: DraftBox, view: ConversationView): boolean {
  return box.text.length > view.abilities.max_text_chars;
}

/** What stands under the text, as it concerns the text. */
export function wrongWithText(box: DraftBox, view: ConversationView): string | null {
  const fields = missingFields(box);
  if (isTooLong(box, view)) return m.error_text_too_long({ max_chars: view.abilities.max_text_chars });
  return fields ? m.reason_missing({ fields }) : null;
}

export function whyNotSend(box: DraftBox, view: ConversationView): string | null {
  if (view.locked) return m.reason_locked();
  if (box.files.asking) return m.reason_choose_file();
  if (box.empty) return m.error_empty_message();
  return wrongWithText(box, view) ?? (box.files.coming.length > 0 ? m.reason_uploading() : null);
}
