// What was tried and what stood in its way, in a person's words. An act without words of its own is still a change that
// was not applied.
import type { ContactId, FieldId, LeadPatch, Refusal, ReviewItem } from "../../backend";
import { codeText } from "../../app/errors";
import { fieldValueText } from "../../app/fields/words";
import { fieldName, memberName, stageOf, statusName } from "../../app/sale.svelte";
import { tagOf } from "../../app/tags.svelte";
import { number } from "../../lib/numbers";
import { markerName, markerSign, saleName } from "../../lib/sale";
import { dayAndClock } from "../../lib/time";
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
    put_field: m.review_act_sale,
    delete_field: m.review_act_sale,
    refill_field: m.review_act_sale,
    put_sale_settings: m.review_act_sale,
    set_auto_lead: m.review_act_sale,
    put_setting: m.review_act_setting,
    change_views: m.review_act_view,
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

/** Of a change to somebody who is named above it. */
function actOf(act: string): string {
  const words: Record<string, () => string> = {
    open_leads: m.review_wanted_open,
    undo_leads: m.review_wanted_undo,
    save_follow_up: m.review_wanted_follow_up,
    move_follow_ups: m.review_wanted_follow_up,
    end_follow_ups: m.review_wanted_follow_up,
    restore_follow_ups: m.review_wanted_follow_up,
    send_follow_up: m.review_wanted_follow_up,
    save_note: m.review_wanted_kept,
    restore_note: m.review_wanted_kept,
    delete_note: m.review_wanted_unkept,
    merge_contacts: m.review_wanted_merge,
    undo_merge: m.review_wanted_unmerge,
    delete_contacts: m.review_wanted_bin,
    restore_contacts: m.review_wanted_restore,
    create_contact: m.review_wanted_new,
    discard_contact: m.review_wanted_undo,
    patch_contact: m.review_wanted_contact,
    source_contacts: m.review_wanted_source,
  };
  return words[act]?.() ?? `${actText(act)}.`;
}

/** What a person wanted, each change as its own sentence. */
export function wantedText({ act, wanted, typed }: ReviewItem): string {
  switch (wanted?.what) {
    case "lead":
      return leadText(wanted.patch, typed) || actOf(act);
    case "tag": {
      const tag = tagOf(wanted.tag_id)?.name ?? "…";
      return wanted.on ? m.review_wanted_tag({ tag }) : m.review_wanted_untag({ tag });
    }
    case "block":
      return wanted.on ? m.review_wanted_block() : m.review_wanted_unblock();
    case undefined:
      return actOf(act);
  }
}

function leadText(
  { status, stage, marker, score, responsible_id, fields, note }: LeadPatch,
  typed: ReviewItem["typed"],
): string {
  const said: string[] = [];
  if (status) said.push(m.review_wanted_status({ status: statusName(status.status_id) || "…" }));
  if (stage) said.push(m.review_wanted_stage({ stage: saleName(stageOf(stage.stage_id) ?? { name: "…" }) }));
  if (marker)
    said.push(
      marker === "none"
        ? m.review_wanted_unmark()
        : m.review_wanted_marker({ marker: `${markerSign(marker)} ${markerName(marker)}` }),
    );
  if (score !== undefined) said.push(score === null ? m.review_wanted_unscore() : m.review_wanted_score({ score }));
  if (fields?.length)
    said.push(
      m.review_wanted_fields({ fields: fields.map(({ field_id }) => `“${nameIn(typed, field_id)}”`).join(", ") }),
    );
  if (responsible_id !== undefined)
    said.push(
      responsible_id === null
        ? m.review_wanted_nobody()
        : m.review_wanted_responsible({ name: memberName(responsible_id) || "…" }),
    );
  if (note) said.push(m.review_wanted_note());
  return said.join(" ");
}

/** Also of a field that is gone. */
const nameIn = (typed: ReviewItem["typed"], id: FieldId) =>
  typed.find(({ field }) => field.id === id)?.field.name ?? (fieldName(id) || "…");

/** All that was typed, one under the other: none of it has another place any more. */
export function typedText({ text, typed }: ReviewItem): string {
  const filled = typed.map(({ field, value }) => `${field.name}: ${fieldValueText(field, value)}`);
  return [withoutTyped(text ?? "", typed), ...filled].filter(Boolean).join("\n");
}

/** Older versions kept words and links of fields among the words, too, at their end and without the names. */
function withoutTyped(text: string, typed: ReviewItem["typed"]): string {
  let rest = text;
  for (const { value } of typed.toReversed()) {
    const words = (value.kind === "text" ? value.text : value.kind === "link" ? value.url : "").trim();
    if (words === "") continue;
    if (rest === words) rest = "";
    else if (rest.endsWith(`\n${words}`)) rest = rest.slice(0, -words.length - 1);
  }
  return rest;
}

/** Who did what before, or what the rules say. */
export function whyText({ cause, refusal }: ReviewItem): string {
  if (!cause) return refusalText(refusal);
  const when = dayAndClock(cause.at_ms);
  const who = cause.by?.by === "member" ? memberName(cause.by.id) || m.member_nameless() : "";
  const name = cause.name || m.member_nameless();
  switch (cause.did.did) {
    case "closed": {
      const status = statusName(cause.did.status_id) || "…";
      return who ? m.review_did_closed({ who, status, when }) : m.review_did_closed_somehow({ status, when });
    }
    case "opened":
      if (cause.by?.by === "customer") return m.review_did_opened_by_message({ name, when });
      return who ? m.review_did_opened({ who, name, when }) : refusalText(refusal);
    case "binned":
      return m.review_did_binned({ who, name, when });
  }
}

/** "Maria Silva · #12", "Maria Silva and 3 more" */
export function aboutText({ about }: ReviewItem): string {
  if (!about) return "";
  const name = about.name || m.member_nameless();
  if (about.others > 0) return m.review_and_others({ name, count: about.others, shown: number(about.others) });
  return about.lead_number === null ? name : `${name} · #${about.lead_number}`;
}

export function refusalText(refusal: Refusal): string {
  const { code, ...params } = refusal;
  return codeText(code, params);
}

/** Where the next thing to do is to begin anew. */
export function canStartAnew({ about, refusal }: ReviewItem): boolean {
  const closed = refusal.code === "LEAD_FINAL" || refusal.code === "FOLLOWUP_INACTIVE";
  return closed && about !== null && about.contact_id !== null && !about.has_active_lead && !about.in_bin;
}

/** Who would have to come back first. */
export function whoIsBinned({ about, cause, refusal }: ReviewItem): ContactId | null {
  if (refusal.code === "IN_BIN") return cause && refusal.contact_id;
  return about?.in_bin ? about.contact_id : null;
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
