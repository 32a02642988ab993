// The words that narrow a search, as the help shows them, in the seller's language. The app reads those of all three;
// here they are only offered.
import type { NameNotFound, SearchField } from "../../backend";
import { m } from "../../paraglide/messages.js";

export interface Operator {
  /** What is put into the box. */
  insert: string;
  /** What it does, in words. */
  means: () => string;
}

/** What there is here to show how each is used; what is not there is not offered. */
export interface Examples {
  line?: string;
  status?: string;
  stage?: string;
  tag?: string;
  marker?: string;
  source?: string;
}

/** `in:"Sales 1"`: a name of several words stands in quotes. The colon is the word's. */
const term = (word: string, name: string) => word + (/[\s:]/.test(name) ? `"${name}"` : name);

const WORD: Record<SearchField, () => string> = {
  line: m.search_word_in,
  status: m.search_word_status,
  stage: m.search_word_stage,
  tag: m.search_word_tag,
  marker: m.search_word_marker,
  source: m.search_word_source,
};
export const fieldTerm = (field: SearchField, name: string) => term(WORD[field](), name);

export function operators(today: Date, example: Examples): Operator[] {
  const day = m.search_word_date({
    year: String(today.getFullYear()),
    month: String(today.getMonth() + 1).padStart(2, "0"),
    day: "01",
  });
  const named = (field: SearchField, name: string | undefined, means: () => string) =>
    name ? [{ insert: fieldTerm(field, name), means }] : [];
  const has = (what: () => string) => term(m.search_word_has(), what());
  return [
    { insert: '"…"', means: m.search_op_exact },
    { insert: term(m.search_word_from(), m.search_word_me()), means: m.search_op_from_me },
    { insert: term(m.search_word_from(), m.search_word_them()), means: m.search_op_from_them },
    ...named("line", example.line, m.search_op_in),
    { insert: has(m.search_word_image), means: m.search_op_has_image },
    { insert: has(m.search_word_voice), means: m.search_op_has_voice },
    { insert: has(m.search_word_document), means: m.search_op_has_document },
    { insert: `${m.search_word_after()}${day}`, means: m.search_op_after },
    { insert: `${m.search_word_before()}${day}`, means: m.search_op_before },
    ...named("status", example.status, m.search_op_status),
    ...named("stage", example.stage, m.search_op_stage),
    ...named("tag", example.tag, m.search_op_tag),
    ...named("marker", example.marker, m.search_op_marker),
    ...named("source", example.source, m.search_op_source),
    { insert: "#12", means: m.search_op_number },
  ];
}

const NOT_FOUND: Record<SearchField, (of: { name: string }) => string> = {
  line: m.search_no_line,
  status: m.search_no_status,
  stage: m.search_no_stage,
  tag: m.search_no_tag,
  marker: m.search_no_marker,
  source: m.search_no_source,
};
/** "There is no tag “Fulano”". */
export const notFound = ({ field, name }: NameNotFound) => NOT_FOUND[field]({ name });

/** The box with what was meant in the place of what was typed. */
export function insteadOf(text: string, { field, raw, nearest }: NameNotFound): string {
  const meant = fieldTerm(field, nearest ?? "");
  return text.includes(raw) ? text.replace(raw, () => meant) : meant;
}

/** The last word is an operator whose value is still to come. */
export const isUnfinished = (text: string) => /(^|\s)\p{L}+:$/u.test(text);

/** The box with an operator added, and where the cursor goes. */
export function insertOperator(text: string, insert: string): { text: string; cursor: number } {
  const head = text === "" || text.endsWith(" ") ? text : `${text} `;
  if (insert === '"…"') return { text: `${head}""`, cursor: head.length + 1 };
  const next = `${head}${insert} `;
  return { text: next, cursor: next.length };
}
