// What the app says in codes, in words: problems of rows, columns, and what has a code and no name.
import type { Field, ImportUndone, RowOutcome } from "../../backend";
import { markerName, MARKERS, saleName } from "../../lib/sale";
import { kindName } from "../../lib/body";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

const PROBLEMS: Record<string, () => string> = {
  no_key: m.import_problem_no_key,
  name_too_long: m.import_problem_name_too_long,
  phone_too_long: m.import_problem_phone_too_long,
  email_invalid: m.import_problem_email_invalid,
  about_too_long: m.import_problem_about_too_long,
  too_many_tags: m.import_problem_too_many_tags,
  unknown_status: m.import_problem_unknown_status,
  status_final: m.import_problem_status_final,
  unknown_source: m.import_problem_unknown_source,
  unknown_responsible: m.import_problem_unknown_responsible,
  unknown_tag: m.import_problem_unknown_tag,
  quote: m.import_problem_quote,
  cells: m.import_problem_cells,
  too_long: m.import_problem_too_long,
  card: m.import_problem_card,
};
export const problemText = (code: string): string => PROBLEMS[code]?.() ?? code;
export const problemWords = (): Record<string, string> =>
  Object.fromEntries(Object.keys(PROBLEMS).map((code) => [code, problemText(code)]));

export const FIELDS: readonly Field[] = [
  "name",
  "first_name",
  "last_name",
  "phone",
  "email",
  "tags",
  "about",
  "source",
  "status",
  "responsible",
];
export function fieldName(field: Field): string {
  return {
    name: m.field_name,
    first_name: m.field_first_name,
    last_name: m.field_last_name,
    phone: m.field_phone,
    email: m.field_email,
    about: m.field_about,
    tags: m.field_tags,
    source: m.field_source,
    status: m.field_status,
    responsible: m.field_responsible,
  }[field]();
}

const CARDS: Record<string, () => string> = {
  card_name: m.field_name,
  card_phone: m.field_phone,
  card_phone_2: m.import_card_phone_2,
  card_email: m.field_email,
  card_organisation: m.import_card_organisation,
  card_note: m.import_card_note,
  card_groups: m.import_card_groups,
};
/** Columns of cards have codes, those of a file without a header have nothing. */
export const headerName = (header: string, at: number): string =>
  CARDS[header]?.() ?? (header || m.import_column({ no: String(at + 1) }));

export function outcomeName(outcome: RowOutcome): string {
  return {
    made: m.import_outcome_made,
    changed: m.import_outcome_changed,
    same: m.import_outcome_same,
    failed: m.import_outcome_failed,
  }[outcome]();
}

const SEEDED: Record<string, readonly string[]> = {
  status: ["new", "contacted", "qualifying", "qualified", "follow_up", "converted", "lost", "archived"],
  stage: ["intake", "new", "contacted", "qualifying", "qualified", "follow_up"],
  funnel: ["sales"],
  source: ["telegram_bot", "simulator", "manual", "import"],
  reason: ["price", "no_answer", "competitor", "not_a_fit", "other"],
};
/** For lists that the app writes: `status.new` and the like, in the language on screen. */
export function listWords(sheet: string): Record<string, string> {
  const words: Record<string, string> = { sheet, me: m.member_me(), yes: m.field_yes() };
  for (const [kind, codes] of Object.entries(SEEDED))
    for (const code of codes) words[`${kind}.${code}`] = saleName({ code, name: "" });
  for (const marker of MARKERS) words[`marker.${marker}`] = markerName(marker);
  words["score.manual"] = m.leads_score_manual();
  words["score.ai"] = m.lead_score_ai();
  return words;
}
export function conversationWords(): Record<string, string> {
  const kinds = [
    "image",
    "video",
    "voice",
    "audio",
    "document",
    "sticker",
    "animation",
    "location",
    "contact",
    "poll",
    "unsupported",
  ] as const;
  return {
    us: m.export_us(),
    deleted: m.export_deleted(),
    ...Object.fromEntries(kinds.map((kind) => [kind, kindName(kind)])),
  };
}

/** "4 messages, 2 that you already had" */
export function broughtWords({ messages, known }: { messages: number; known: number }): string {
  const shown = { count: messages, shown: number(messages) };
  return known > 0 ? m.chats_brought({ ...shown, known: number(known) }) : m.chats_brought_new(shown);
}

/** "3 messages stay because the chat was reopened since." */
export function keptWords({ messages_kept: count, kept_because }: ImportUndone): string {
  const why = {
    reopened: m.chats_kept_reopened,
    snoozed: m.chats_kept_snoozed,
    marked_unread: m.chats_kept_unread,
    in_bin: m.chats_kept_bin,
    changed: m.chats_undone_kept,
  }[kept_because ?? "changed"];
  return why({ count, shown: number(count) });
}
