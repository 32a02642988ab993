// What a person filters leads by, as it is kept on screen. Days are kept as days ("the last 30"), not as moments, so that
// what is remembered means the same tomorrow; they become moments when leads are asked for.
import type { ContactFilter, FollowUpIs, LeadFilter, LeadTab, TimeRange } from "../backend";
import { startOfDay } from "./time";

/** The last so many days with today as one of them; none in so many days; or from and to a day, both inside
 *  ("2026-11-28", of this computer's time zone). */
export type Span = { last_days: number } | { not_in_days: number } | { from?: string; to?: string };

type Of = Pick<
  LeadFilter,
  | "status_ids"
  | "funnel_ids"
  | "stage_ids"
  | "markers"
  | "source_ids"
  | "responsible_ids"
  | "nobodys"
  | "line_ids"
  | "tag_ids"
  | "all_tags"
  | "score"
  | "has_unread"
  | "has_failed"
  | "waits_on"
  | "window"
  | "stale_days"
  | "contact_ids"
>;
export interface Filters extends Of {
  opened?: Span;
  closed?: Span;
  last_activity?: Span;
  /** Of the next one that is open; "today" is whichever day it is then. */
  follow_up?: FollowUpIs["is"];
}

/** In the order in which they stand on screen. */
export const FIELDS = [
  "people",
  "status",
  "funnel",
  "stage",
  "marker",
  "score",
  "source",
  "responsible",
  "line",
  "tag",
  "opened",
  "closed",
  "last_activity",
  "waiting",
  "window",
  "stale",
  "follow_up",
  "unread",
  "failed",
] as const;
export type Field = (typeof FIELDS)[number];

const PARTS: Record<Field, readonly (keyof Filters)[]> = {
  people: ["contact_ids"],
  status: ["status_ids"],
  funnel: ["funnel_ids"],
  stage: ["stage_ids"],
  marker: ["markers"],
  score: ["score"],
  source: ["source_ids"],
  responsible: ["responsible_ids", "nobodys"],
  line: ["line_ids"],
  tag: ["tag_ids", "all_tags"],
  opened: ["opened"],
  closed: ["closed"],
  last_activity: ["last_activity"],
  waiting: ["waits_on"],
  window: ["window"],
  stale: ["stale_days"],
  follow_up: ["follow_up"],
  unread: ["has_unread"],
  failed: ["has_failed"],
};

/** An empty list filters nothing, but for people: that is nobody. */
const says = (value: unknown, part: keyof Filters) =>
  Array.isArray(value) ? value.length > 0 || part === "contact_ids" : value !== undefined && value !== false;

export function isOn(filters: Filters, field: Field): boolean {
  return PARTS[field].some((part) => part !== "all_tags" && says(filters[part], part));
}
export function fieldsOn(filters: Filters): Field[] {
  return FIELDS.filter((field) => isOn(filters, field));
}
export function without(filters: Filters, field: Field): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([part]) => !PARTS[field].includes(part as keyof Filters)));
}
/** Only what these fields say: a screen may not have them all. */
export function only(filters: Filters, fields: readonly Field[]): Filters {
  return FIELDS.filter((field) => !fields.includes(field)).reduce(without, filters);
}

/** As the app understands it, for this moment. */
export function leadFilter(filters: Filters, tab: LeadTab, now_ms: number): LeadFilter {
  const { opened, closed, last_activity, follow_up, ...rest } = filters;
  const said = Object.entries(rest).filter(([part, value]) => says(value, part as keyof Filters));
  const out: LeadFilter = { ...Object.fromEntries(said), tab };
  if (follow_up)
    out.follow_up = follow_up === "today" ? { is: follow_up, day_end_ms: dayBefore(now_ms, -1) } : { is: follow_up };
  const ranges = { opened, closed, last_activity };
  for (const name of ["opened", "closed", "last_activity"] as const) {
    const span = ranges[name];
    if (span) out[name] = rangeOf(span, now_ms);
  }
  return out;
}

/** What contacts can be filtered by: what is known of a person, and of what is sold to them now or was sold last. */
export const CONTACT_FIELDS = ["status", "source", "responsible", "tag", "last_activity"] as const satisfies Field[];

export function contactFilter(filters: Filters, now_ms: number): ContactFilter {
  const { last_activity, ...rest } = only(filters, CONTACT_FIELDS);
  const said = Object.entries(rest).filter(([part, value]) => says(value, part as keyof Filters));
  const out = Object.fromEntries(said) as ContactFilter;
  return last_activity ? { ...out, last_talk: rangeOf(last_activity, now_ms) } : out;
}

export function rangeOf(span: Span, now_ms: number): TimeRange {
  if ("last_days" in span) return { since_ms: dayBefore(now_ms, span.last_days - 1) };
  if ("not_in_days" in span) return { until_ms: dayBefore(now_ms, span.not_in_days - 1) };
  const from = dayOf(span.from);
  const to = dayOf(span.to);
  return {
    ...(from === undefined ? {} : { since_ms: from }),
    ...(to === undefined ? {} : { until_ms: dayBefore(to, -1) }),
  };
}
/** The beginning of the day so many days before; days are not all of 24 hours. */
function dayBefore(ms: number, days: number): number {
  const day = new Date(startOfDay(ms));
  return day.setDate(day.getDate() - days);
}
/** The beginning of "2026-11-28" here. */
export function dayOf(text: string | undefined): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "") ?? [];
  return year === undefined ? undefined : new Date(Number(year), Number(month) - 1, Number(day)).getTime();
}
