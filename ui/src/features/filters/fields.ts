// What can be chosen in each field of the filter, how a choice reads, and what it makes of the filter.
import type { Marker, ScoreIs } from "../../backend";
import { finalStatuses, memberName, openStatuses, sale } from "../../app/sale.svelte";
import { allLines } from "../../app/status.svelte";
import { tags } from "../../app/tags.svelte";
import { fullDate } from "../../lib/date";
import { dayOf, type Field, type Filters, type Span } from "../../lib/lead-filter";
import { number } from "../../lib/numbers";
import { MARKERS, markerName, markerSign, saleName } from "../../lib/sale";
import { bandFrom, bandName, BANDS, bandTo } from "../../lib/score";
import { m } from "../../paraglide/messages.js";

export interface Choice {
  value: string;
  label: string;
  detail?: string;
  /** A user's colour, as a dot or as a line's bar. */
  dot?: string;
  bar?: string;
  sign?: string;
}
export interface ChoiceGroup {
  title?: string;
  choices: Choice[];
}
/** Several of a list, one of a list, one of spans of days, or on and off. */
export type Kind = "many" | "one" | "days" | "flag";

export function kindOf(field: Field): Kind {
  switch (field) {
    case "score":
    case "waiting":
    case "window":
    case "stale":
    case "follow_up":
      return "one";
    case "opened":
    case "closed":
    case "last_activity":
      return "days";
    case "unread":
    case "failed":
    case "people":
      return "flag";
    default:
      return "many";
  }
}

export function fieldName(field: Field): string {
  return {
    people: m.leads_filter_people,
    status: m.lead_status,
    funnel: m.board_funnel,
    stage: m.lead_stage,
    marker: m.lead_marker,
    score: m.lead_score,
    source: m.lead_source,
    responsible: m.lead_responsible,
    line: m.leads_line,
    tag: m.contact_tags,
    opened: m.lead_opened,
    closed: m.leads_closed,
    last_activity: m.leads_last_activity,
    waiting: m.filter_waiting,
    window: m.filter_window,
    stale: m.leads_filter_stale,
    follow_up: m.leads_follow_up,
    unread: m.leads_filter_unread,
    failed: m.filter_failed,
  }[field]();
}

const NOBODY = "nobody";
export const RANGE = "range";
const named = (one: { id: string; name: string; code?: string | null; color?: string }): Choice => ({
  value: one.id,
  label: saleName(one),
  dot: one.color,
});

export function choicesOf(field: Field, openOnly = false): ChoiceGroup[] {
  const view = sale();
  switch (field) {
    case "status":
      if (openOnly) return [{ choices: openStatuses().map(named) }];
      return [
        { title: m.lead_group_open(), choices: openStatuses().map(named) },
        { title: m.lead_group_final(), choices: finalStatuses().map(named) },
      ];
    case "funnel":
      return [{ choices: (view?.funnels ?? []).map(({ funnel }) => named(funnel)) }];
    case "stage": {
      const funnels = view?.funnels ?? [];
      const intake = view?.intake ? [named(view.intake)] : [];
      if (funnels.length === 1) return [{ choices: [...intake, ...funnels[0]!.stages.map(named)] }];
      return [
        { choices: intake },
        ...funnels.map(({ funnel, stages }) => ({ title: saleName(funnel), choices: stages.map(named) })),
      ];
    }
    case "marker":
      return [
        {
          choices: MARKERS.map((marker) => ({ value: marker, label: markerName(marker), sign: markerSign(marker) })),
        },
      ];
    case "source":
      return [{ choices: (view?.sources ?? []).map(named) }];
    case "responsible":
      return [
        {
          choices: [
            ...(view?.members ?? []).map(({ id }) => ({ value: id, label: memberName(id) })),
            { value: NOBODY, label: m.lead_nobody() },
          ],
        },
      ];
    case "line":
      return [{ choices: allLines().map(({ id, name, color }) => ({ value: id, label: name, bar: color })) }];
    case "tag":
      return [{ choices: tags().map(({ tag: { id, name, color } }) => ({ value: id, label: name, dot: color })) }];
    case "score":
      return [
        {
          choices: [
            ...BANDS.map((band) => ({
              value: band,
              label: bandName(band),
              detail: m.leads_from_to({ from: bandFrom(band), to: bandTo(band) }),
            })),
            { value: "none", label: m.lead_score_none() },
            { value: RANGE, label: m.leads_filter_range() },
          ],
        },
      ];
    case "waiting":
      return [
        {
          choices: [
            { value: "us", label: m.filter_on_us() },
            { value: "customer", label: m.filter_on_customer() },
          ],
        },
      ];
    case "window":
      return [
        {
          choices: [
            { value: "open", label: m.filter_window_open() },
            { value: "closing_soon", label: m.filter_window_soon() },
            { value: "closed", label: m.filter_window_closed() },
          ],
        },
      ];
    case "stale":
      return [{ choices: STALE.map((days) => ({ value: String(days), label: m.leads_days_or_more({ days }) })) }];
    case "follow_up":
      return [
        {
          choices: [
            { value: "overdue", label: m.follow_overdue_one() },
            { value: "today", label: m.leads_filter_follow_today() },
            { value: "planned", label: m.leads_filter_follow_planned() },
            { value: "none", label: m.leads_filter_follow_none() },
          ],
        },
      ];
    case "opened":
    case "closed":
    case "last_activity":
      return [
        { choices: LAST_DAYS.map((days) => ({ value: `last ${days}`, label: lastDays(days) })) },
        ...(field === "last_activity"
          ? [{ choices: NOT_IN_DAYS.map((days) => ({ value: `not ${days}`, label: notInDays(days) })) }]
          : []),
        { choices: [{ value: RANGE, label: m.leads_filter_from_to() }] },
      ];
    default:
      return [];
  }
}
const LAST_DAYS = [1, 7, 30, 90];
const NOT_IN_DAYS = [7, 30];
const STALE = [3, 7, 14, 30];
const lastDays = (days: number) => (days === 1 ? m.today_title() : m.chip_days({ days: String(days) }));
const notInDays = (days: number) => m.leads_not_in_days({ days: String(days) });

export function chosenOf(filters: Filters, field: Field): string[] {
  switch (field) {
    case "status":
      return filters.status_ids ?? [];
    case "funnel":
      return filters.funnel_ids ?? [];
    case "stage":
      return filters.stage_ids ?? [];
    case "marker":
      return filters.markers ?? [];
    case "source":
      return filters.source_ids ?? [];
    case "responsible":
      return [...(filters.responsible_ids ?? []), ...(filters.nobodys ? [NOBODY] : [])];
    case "line":
      return filters.line_ids ?? [];
    case "tag":
      return filters.tag_ids ?? [];
    case "score": {
      const { score } = filters;
      if (!score) return [];
      if (score.is === "without") return ["none"];
      return [score.is === "band" ? score.band : RANGE];
    }
    case "waiting":
      return filters.waits_on ? [filters.waits_on] : [];
    case "window":
      return filters.window ? [filters.window] : [];
    case "stale":
      return filters.stale_days === undefined ? [] : [String(filters.stale_days)];
    case "follow_up":
      return filters.follow_up ? [filters.follow_up] : [];
    case "opened":
    case "closed":
    case "last_activity": {
      const span = filters[field];
      if (!span) return [];
      if ("last_days" in span) return [`last ${span.last_days}`];
      return ["not_in_days" in span ? `not ${span.not_in_days}` : RANGE];
    }
    default:
      return [];
  }
}

/** The filter with these chosen in a field; what begins a range is open until its ends are said. */
export function choose(filters: Filters, field: Field, values: readonly string[]): Filters {
  const list = [...values];
  const [one] = list;
  switch (field) {
    case "status":
      return { ...filters, status_ids: list };
    case "funnel":
      return { ...filters, funnel_ids: list };
    case "stage":
      return { ...filters, stage_ids: list };
    case "marker":
      return { ...filters, markers: list as Marker[] };
    case "source":
      return { ...filters, source_ids: list };
    case "responsible":
      return {
        ...filters,
        responsible_ids: list.filter((id) => id !== NOBODY),
        nobodys: list.includes(NOBODY),
      };
    case "line":
      return { ...filters, line_ids: list };
    case "tag":
      return { ...filters, tag_ids: list };
    case "score":
      return { ...filters, score: scoreOf(one) };
    case "waiting":
      return { ...filters, waits_on: one as Filters["waits_on"] };
    case "window":
      return { ...filters, window: one as Filters["window"] };
    case "stale":
      return { ...filters, stale_days: one === undefined ? undefined : Number(one) };
    case "follow_up":
      return { ...filters, follow_up: one as Filters["follow_up"] };
    case "opened":
    case "closed":
    case "last_activity":
      return { ...filters, [field]: spanOf(one) };
    case "unread":
      return { ...filters, has_unread: !filters.has_unread };
    case "failed":
      return { ...filters, has_failed: !filters.has_failed };
    default:
      return filters;
  }
}
function scoreOf(value: string | undefined): ScoreIs | undefined {
  if (value === "none") return { is: "without" };
  if (value === RANGE) return { is: "between", min: 50, max: 100 };
  // By its name: where it begins and ends may be changed later.
  const band = BANDS.find((band) => band === value);
  return band && { is: "band", band };
}
function spanOf(value: string | undefined): Span | undefined {
  if (value === undefined) return undefined;
  if (value === RANGE) return {};
  const [what, days] = value.split(" ");
  return what === "not" ? { not_in_days: Number(days) } : { last_days: Number(days) };
}

/** What a field says now, short enough for its chip: two names, then how many more. */
export function valueText(filters: Filters, field: Field): string {
  if (field === "people") return number(filters.contact_ids?.length ?? 0);
  if (field === "score" && filters.score?.is === "between" && chosenOf(filters, field)[0] === RANGE)
    return m.leads_from_to({ from: filters.score.min, to: filters.score.max });
  if (kindOf(field) === "days") {
    const span = filters[field as "opened" | "closed" | "last_activity"];
    if (span && !("last_days" in span) && !("not_in_days" in span)) return daysText(span);
  }
  const all = choicesOf(field).flatMap(({ choices }) => choices);
  const chosen = chosenOf(filters, field);
  const there = all.filter(({ value }) => chosen.includes(value));
  // What was chosen and is gone since still filters.
  const gone = Array<string>(chosen.length - there.length).fill(m.leads_filter_gone());
  const names = [...there.map(({ label }) => label), ...gone];
  const joint = field === "tag" && filters.all_tags ? " + " : ", ";
  const shown = names.slice(0, 2).join(joint);
  return names.length > 2 ? `${shown} +${number(names.length - 2)}` : shown;
}
function daysText({ from, to }: { from?: string; to?: string }): string {
  const day = (text: string | undefined) => fullDate(dayOf(text) ?? 0);
  if (from && to) return m.leads_from_to({ from: day(from), to: day(to) });
  if (from) return m.leads_since({ day: day(from) });
  return to ? m.leads_until({ day: day(to) }) : m.any();
}

/** Of nothing to choose from, or of one thing that all have, nobody filters. */
export function isOffered(field: Field): boolean {
  if (field === "people") return false;
  if (field === "funnel") return (sale()?.funnels.length ?? 0) > 1;
  if (field === "line") return allLines().length > 1;
  if (field === "tag") return tags().length > 0;
  return true;
}
