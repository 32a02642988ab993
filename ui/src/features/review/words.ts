// What was tried, in a person's words. An act without words of its own is still a change that was not applied.
import type { Refusal, ReviewItem } from "../../backend";
import { codeText } from "../../app/errors";
import { m } from "../../paraglide/messages.js";

export function actText(act: string): string {
  const words: Record<string, () => string> = {
    send_message: m.review_act_send,
    retry_message: m.review_act_send,
    release_message: m.review_act_send,
    settle_message: m.review_act_send,
    cancel_message: m.review_act_cancel,
    discard_message: m.review_act_cancel,
    edit_message: m.review_act_edit,
    set_conversation_state: m.review_act_state,
    mark_read: m.review_act_read,
    mark_unread: m.review_act_read,
    no_reply_needed: m.review_act_read,
    start_conversation: m.review_act_start,
    patch_contact: m.review_act_contact,
    set_blocked: m.review_act_block,
    tag_contact: m.review_act_contact,
    change_leads: m.review_act_lead,
    open_leads: m.review_act_lead,
    undo_leads: m.review_act_lead,
    remap_leads: m.review_act_sale,
    put_lead_status: m.review_act_sale,
    delete_lead_status: m.review_act_sale,
    put_funnel: m.review_act_sale,
    star_funnel: m.review_act_sale,
    delete_funnel: m.review_act_sale,
    put_source: m.review_act_sale,
    delete_source: m.review_act_sale,
    put_lost_reason: m.review_act_sale,
    delete_lost_reason: m.review_act_sale,
    put_sale_settings: m.review_act_sale,
    set_auto_lead: m.review_act_sale,
    put_setting: m.review_act_setting,
    put_quick_reply: m.review_act_quick,
    delete_quick_reply: m.review_act_quick,
    add_line: m.review_act_line,
    patch_line: m.review_act_line,
    set_line_wanted: m.review_act_line,
    remove_line: m.review_act_line,
    rename_workspace: m.review_act_workspace,
  };
  return (words[act] ?? m.review_act_other)();
}

export function refusalText(refusal: Refusal): string {
  const { code, ...params } = refusal;
  return codeText(code, params);
}

/** My own words are worth keeping: they can go back to the composer of their chat. */
export function hasWordsBack(item: ReviewItem): boolean {
  return item.text !== null && item.text !== "" && item.conversation_id !== null;
}

/** The draft with my words in it again, behind what is written there now. */
export function joined(draft: string, words: string): string {
  if (draft.trim() === "") return words;
  return draft.includes(words) ? draft : `${draft.trimEnd()}\n${words}`;
}
