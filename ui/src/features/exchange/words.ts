// What the app says in codes, in words: problems of rows, columns, and what has a code and no name.
import type { ColumnIs, Field, FieldValue, ImportUndone, PreviewProblem, PreviewRow, RowOutcome } from "../../backend";
import { locale } from "../../app/locale.svelte";
import { sale } from "../../app/sale.svelte";
import { fieldsOf, valueText } from "../../lib/fields";
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
  field_text: m.import_problem_field_text,
  field_number: m.import_problem_field_number,
  field_money: m.import_problem_field_money,
  field_date: m.import_problem_field_date,
  field_option: m.import_problem_field_option,
  field_checkbox: m.import_problem_field_checkbox,
  field_link: m.import_problem_field_link,
  field_gone: m.import_problem_field_gone,
  quote: m.import_problem_quote,
  cells: m.import_problem_cells,
  too_long: m.import_problem_too_long,
  card: m.import_problem_card,
};
export const problemText = (code: string): string => PROBLEMS[code]?.() ?? code;
/** A problem with the column in which it is mended: "E-mail: not an e-mail address". */
export function problemAt({ problem, column, field }: Pick<PreviewProblem, "problem" | "column" | "field">): string {
  const name = column || (field ? fieldName(field) : "");
  const said = problemText(problem);
  // Behind a colon no sentence begins; where a text stands alone one does.
  return name ? `${name}: ${first(said, "lower")}` : first(said, "upper");
}
function first(text: string, to: "lower" | "upper"): string {
  const [head = "", ...rest] = text;
  return (to === "lower" ? head.toLocaleLowerCase(locale()) : head.toLocaleUpperCase(locale())) + rest.join("");
}
/** What becomes of a row, and all that is wrong with it, of a cell only what is (`lacking`) where that is known: "New · Birthday: not a date (31/02/2020)". */
export function rowText(row: PreviewRow, lacking: (one: PreviewProblem) => readonly string[] = () => []): string {
  const outcome = row.check_phone
    ? `${outcomeName(row.outcome)} · ${m.import_check_number()}`
    : outcomeName(row.outcome);
  const wrong = row.problems.map((one) => {
    const blamed = lacking(one).join(", ") || one.value;
    return blamed ? `${problemAt(one)} (${blamed})` : problemAt(one);
  });
  if (wrong.length === 0) return outcome;
  return row.outcome === "failed" ? wrong.join("; ") : `${outcome} · ${wrong.join("; ")}`;
}
/** A number, amount or date as it was read. */
export const readText = (value: FieldValue): string => valueText(value, (id) => id, sale()?.settings.currency, "");
/** For the rows that are saved to be mended: each problem, and what its column is called where the file does not say. */
export const problemWords = (): Record<string, string> =>
  Object.fromEntries([
    ...Object.keys(PROBLEMS).map((code) => [code, problemText(code)]),
    ...FIELDS.map((field) => [`column.${field}`, fieldName(field)]),
  ]);

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

/** What a column may be, as the choices of a list: with the workspace's own fields behind. */
export const columnChoices = (): { value: string; label: string }[] => [
  { value: "none", label: m.field_none() },
  ...FIELDS.map((field) => ({ value: field as string, label: fieldName(field) })),
  ...fieldsOf(sale()?.fields, "contact").map(({ id, name }) => ({ value: `field:${id}`, label: name })),
];
export const columnValue = (is: ColumnIs | null | undefined): string =>
  !is ? "none" : typeof is === "string" ? is : `field:${is.field_id}`;
export function columnOf(value: string): ColumnIs | null {
  if (value === "none") return null;
  return value.startsWith("field:") ? { field_id: value.slice("field:".length) } : (value as Field);
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
/** Columns of cards have codes, own fields of our lists as JSON ids, those of a file without a header nothing. */
export const headerName = (header: string, at: number): string =>
  CARDS[header]?.() ??
  (sale()?.fields.find(({ id }) => header === `field:${id}`)?.name ||
    header ||
    m.import_column({ no: String(at + 1) }));

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

/** "12 contacts removed · 3 as before the import": what there is of it. */
export function undoneWords({ removed, restored, kept }: ImportUndone): string {
  const said = (count: number, words: (of: { count: number; shown: string }) => string) =>
    count > 0 ? [words({ count, shown: number(count) })] : [];
  const parts = [
    ...said(removed, m.import_undone_removed),
    ...said(restored, m.import_undone_restored),
    ...said(kept, m.import_undone_kept),
  ];
  return parts.length > 0 ? parts.join(" · ") : m.import_undone_nothing();
}

/** "Undone: 12 contacts removed" */
export function wasUndoneWords(undone: ImportUndone): string {
  const what = undoneWords(undone);
  const { removed, restored, kept } = undone;
  return removed + restored + kept > 0 ? m.import_was_undone({ what }) : what;
}

/** Of an import of contacts or of a chat. */
export function takenBackWords(undone: ImportUndone): string {
  const { removed, restored, kept, messages, messages_kept } = undone;
  if (messages + messages_kept === 0) return undoneWords(undone);
  return [
    messages > 0 ? m.chats_undone({ count: messages, shown: number(messages) }) : "",
    messages_kept > 0 ? keptWords(undone) : "",
    removed > 0 ? m.chats_undone_contact() : "",
    restored > 0 ? m.chats_undone_bin() : "",
    kept > 0 ? m.chats_undone_contact_kept() : "",
  ]
    .filter(Boolean)
    .join(" ");
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
