// What the list shows, as a person says it: days stay days ("the last 7"), and become moments when the list is read.
import type { AskedView } from "../../app/asked.svelte";
import { savedView } from "../../app/saved-views.svelte";
import type { InboxFilter, InboxScope, InboxView, SaidDates, SaidView } from "../../backend";
import { dayOf, rangeOf } from "../../lib/lead-filter";
import { fullDate } from "../../lib/date";
import { m } from "../../paraglide/messages.js";

export const NO_FILTER: InboxFilter = {
  line_ids: [],
  line_types: [],
  since_ms: null,
  until_ms: null,
  waiting_on: null,
  window: null,
  tag_ids: [],
  all_tags: false,
  has_draft: false,
  has_failed: false,
  lead_status_ids: [],
  funnel_ids: [],
  stage_ids: [],
  markers: [],
  source_ids: [],
  responsible_ids: [],
  nobodys: false,
  without_lead: false,
};
export const FIRST_VIEW: SaidView = { scope: "open", tab: "all", order: "newest", filter: NO_FILTER, dates: null };
export const SCOPES: readonly InboxScope[] = ["open", "snoozed", "closed", "blocked", "everything"];

/** What a banner speaks of, whole: every line, no other filter. A chat that is closed may hold a failed message. */
export function askedView(asked: AskedView): SaidView {
  if (typeof asked === "object") return wholeView(savedView(asked.saved)?.shows ?? {});
  switch (asked) {
    case "unread":
      return { ...FIRST_VIEW, tab: "unread" };
    case "closing":
      return { ...FIRST_VIEW, order: "window_closing", filter: { ...NO_FILTER, waiting_on: "us" } };
    case "failed":
      return { ...FIRST_VIEW, scope: "everything", filter: { ...NO_FILTER, has_failed: true } };
  }
}

/** What was remembered, made whole: an older memory may lack fields. */
export function wholeView(remembered: Partial<SaidView>): SaidView {
  const filter = { ...NO_FILTER, ...remembered.filter, since_ms: null, until_ms: null };
  return { ...FIRST_VIEW, ...remembered, filter };
}

const DAY_MS = 86_400_000;
/** As the app understands it, for this moment. */
export function viewOf({ dates, ...said }: SaidView, now_ms: number): InboxView {
  return { ...said, filter: { ...said.filter, ...momentsOf(dates, now_ms) } };
}
function momentsOf(dates: SaidDates | null, now_ms: number): Pick<InboxFilter, "since_ms" | "until_ms"> {
  if (dates === null) return { since_ms: null, until_ms: null };
  if (dates.is === "last_days") return { since_ms: now_ms - dates.days * DAY_MS, until_ms: null };
  const { since_ms = null, until_ms = null } = rangeOf(daysOf(dates), now_ms);
  return { since_ms, until_ms };
}
/** The two ends, those that are open left out. */
export function daysOf(dates: SaidDates | null): { from?: string; to?: string } {
  if (dates?.is !== "between") return {};
  return { ...(dates.from === null ? {} : { from: dates.from }), ...(dates.to === null ? {} : { to: dates.to }) };
}
/** "Last 7 days", "From 1 Nov 2026". Nothing where no day is said. */
export function datesText(dates: SaidDates | null): string | null {
  if (dates === null) return null;
  if (dates.is === "last_days") return dates.days <= 1 ? m.chip_24h() : m.chip_days({ days: String(dates.days) });
  const { from, to } = daysOf(dates);
  const day = (text: string) => fullDate(dayOf(text) ?? 0);
  if (from && to) return m.leads_from_to({ from: day(from), to: day(to) });
  if (from) return m.leads_since({ day: day(from) });
  return to ? m.leads_until({ day: day(to) }) : null;
}

/** Do both show the same? What was chosen first does not matter. */
export function isSame(one: SaidView, other: SaidView): boolean {
  return canonical(one) === canonical(other);
}
function canonical(view: SaidView): string {
  const { filter, dates, scope, tab, order } = wholeView(view);
  const fields = (Object.keys(NO_FILTER) as (keyof InboxFilter)[]).map((field) => {
    const value = filter[field];
    return Array.isArray(value) ? [...value].sort() : value;
  });
  return JSON.stringify([scope, tab, order, fields, datesText(dates) === null ? null : dates]);
}

/** How many filters are set; the line switcher is not one of them. */
export function filterCount({ filter, dates }: Pick<SaidView, "filter" | "dates">): number {
  return [
    filter.line_types.length,
    datesText(dates),
    filter.waiting_on,
    filter.window,
    filter.tag_ids.length,
    filter.has_draft,
    filter.has_failed,
    filter.lead_status_ids.length,
    filter.funnel_ids.length,
    filter.stage_ids.length,
    filter.markers.length,
    filter.source_ids.length,
    filter.nobodys || filter.responsible_ids.length,
    filter.without_lead,
  ].filter(Boolean).length;
}
