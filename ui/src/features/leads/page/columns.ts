// The columns of the table of leads, and which of them a person wants to see, in which order (LED-01).
import type { LeadSort } from "../../../backend";
import { m } from "../../../paraglide/messages.js";

export const COLUMNS = [
  "number",
  "contact",
  "status",
  "stage",
  "marker",
  "score",
  "source",
  "responsible",
  "line",
  "last_activity",
  "follow_up",
  "opened",
  "closed",
  "tags",
] as const;
export type ColumnId = (typeof COLUMNS)[number];

interface Column {
  title: () => string;
  /** The header sorts by it. */
  sort?: LeadSort;
  /** At first by the largest: the newest date, the highest score. */
  descends?: boolean;
  /** Least width of what stands in it, and its share of the rest. */
  width_px: number;
  share: number;
  /** Hidden until it is asked for; in a narrow window. */
  hidden?: "always" | "narrow";
}
const COLUMN: Record<ColumnId, Column> = {
  number: { title: m.leads_number, sort: "number", descends: true, width_px: 52, share: 0 },
  contact: { title: m.contact, sort: "name", width_px: 160, share: 1.55 },
  status: { title: m.lead_status, sort: "status", width_px: 134, share: 1 },
  stage: { title: m.lead_stage, sort: "stage", width_px: 116, share: 1 },
  marker: { title: m.lead_marker, sort: "marker", width_px: 44, share: 0 },
  score: { title: m.lead_score, sort: "score", descends: true, width_px: 124, share: 0 },
  source: { title: m.lead_source, sort: "source", width_px: 104, share: 1.05, hidden: "narrow" },
  responsible: { title: m.lead_responsible, width_px: 106, share: 1 },
  line: { title: m.leads_line, width_px: 96, share: 1.15, hidden: "narrow" },
  last_activity: { title: m.leads_last_activity, sort: "last_activity", descends: true, width_px: 84, share: 0 },
  follow_up: { title: m.leads_follow_up, sort: "next_follow_up", width_px: 156, share: 0 },
  opened: { title: m.lead_opened, sort: "opened", descends: true, width_px: 76, share: 0, hidden: "narrow" },
  closed: { title: m.leads_closed, sort: "closed", descends: true, width_px: 76, share: 0, hidden: "always" },
  tags: { title: m.contact_tags, width_px: 140, share: 1, hidden: "always" },
};
export const columnOf = (id: ColumnId): Column => COLUMN[id];

/** What stands in a column, as the columns of an exported list. */
export function exportedAs(id: ColumnId): string[] {
  const other: Partial<Record<ColumnId, string[]>> = {
    // What else is known of them is not on the table: it can be added.
    contact: ["name"],
    score: ["score", "score_by"],
    last_activity: ["last_message_at"],
    opened: ["opened_at"],
    closed: ["closed_at"],
  };
  return other[id] ?? [id];
}

/** What a person chose; until they did it is the width of the window that decides. */
export interface Chosen {
  id: ColumnId;
  shown: boolean;
}
export function firstColumns(isNarrow: boolean): Chosen[] {
  return COLUMNS.map((id) => {
    const { hidden } = COLUMN[id];
    return { id, shown: hidden === undefined || (hidden === "narrow" && !isNarrow) };
  });
}
/** What was remembered, made whole: a column that a newer program brought stands at its own place, as it would be shown
 *  at first. */
export function wholeColumns(remembered: readonly Chosen[], isNarrow: boolean): Chosen[] {
  const known = remembered.filter(
    ({ id }, at) => COLUMNS.includes(id) && remembered.findIndex((one) => one.id === id) === at,
  );
  const out = known.map(({ id, shown }) => ({ id, shown: shown || id === "contact" }));
  firstColumns(isNarrow).forEach((fresh, at) => {
    if (!out.some(({ id }) => id === fresh.id)) out.splice(Math.min(at, out.length), 0, fresh);
  });
  return out;
}

/** The tracks of the table: as wide as the words of its head, at least as what stands in it, then by shares. */
export function tracks(ids: readonly ColumnId[]): string {
  const each = ids.map((id) => {
    const { share } = COLUMN[id];
    return share === 0 ? "max-content" : `minmax(max-content, ${share}fr)`;
  });
  return `44px ${each.join(" ")} minmax(12px, 0fr)`;
}
