// What the columns of the board are: the stages of a funnel, or the values of another field, of the leads of that funnel
// and of Intake. There a drop changes that field, and a column is in the order of the last message: a place of their own
// cards have in stages only (FUN-12).
import {
  call,
  type CardView,
  type LeadFilter,
  type LeadPatch,
  type MemberId,
  type SaleView,
  type Stage,
} from "../../backend";
import { memberName } from "../../app/sale.svelte";
import { MARKERS, markerName, markerSign } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";

export type Grouping = "stage" | "status" | "responsible" | "marker";
export const GROUPINGS: readonly Grouping[] = ["stage", "status", "responsible", "marker"];

/** In no funnel, and not Intake either. */
const FIELD = "field";
/** The column of those that nobody answers for. */
const NOBODY = "nobody";
export const memberOf = (column: Stage): MemberId | null => (column.id === NOBODY ? null : column.id);

/** The columns of a field, drawn as stages are. */
export function columnsOf(grouping: Exclude<Grouping, "stage">, sale: SaleView): Stage[] {
  if (grouping === "status")
    return sale.statuses
      .filter(({ category }) => category === "open")
      .map(({ id, code, name, color, position }) => ({
        ...{ id, code, name, color, position },
        funnel_id: FIELD,
        // Cards in it need not say it.
        bound_status_id: id,
      }));
  if (grouping === "responsible")
    return [null, ...sale.members.map(({ id }) => id)].map((id) => ({
      id: id ?? NOBODY,
      get name() {
        return id === null ? m.lead_nobody() : memberName(id);
      },
      color: "",
      position: id ?? "",
      funnel_id: FIELD,
    }));
  return MARKERS.map((marker) => ({
    id: marker,
    // In the language on screen, whenever it is asked for.
    get name() {
      return marker === "none" ? markerName(marker) : `${markerSign(marker)} ${markerName(marker)}`;
    },
    color: "",
    position: marker,
    funnel_id: FIELD,
  }));
}
/** In which column a card stands. */
export function columnIdOf(grouping: Grouping, { lead: { state } }: CardView): string {
  return {
    stage: state.stage_id,
    status: state.status_id,
    responsible: state.responsible_id ?? NOBODY,
    marker: state.marker,
  }[grouping];
}
/** The card as it is in another column. */
export function inColumn(grouping: Exclude<Grouping, "stage">, card: CardView, to: Stage): CardView {
  const fields = {
    status: { status_id: to.id },
    responsible: { responsible_id: memberOf(to) },
    marker: { marker: to.id as CardView["lead"]["state"]["marker"] },
  };
  return { ...card, lead: { ...card.lead, state: { ...card.lead.state, ...fields[grouping] } } };
}
export function patchTo(grouping: Exclude<Grouping, "stage">, to: Stage): LeadPatch {
  if (grouping === "status") return { status: { status_id: to.id } };
  if (grouping === "responsible") return { responsible_id: memberOf(to) };
  return { marker: to.id as CardView["lead"]["state"]["marker"] };
}
/** The leads of a column; undefined: nobody can be in it. */
export function filterOf(
  grouping: Exclude<Grouping, "stage">,
  column: Stage,
  stage_ids: readonly string[],
  filter: LeadFilter,
): LeadFilter | undefined {
  const base: LeadFilter = { ...filter, tab: "active", stage_ids: [...stage_ids] };
  if (grouping === "status") {
    if (filter.status_ids && !filter.status_ids.includes(column.id)) return undefined;
    return { ...base, status_ids: [column.id] };
  }
  if (grouping === "responsible") {
    const { responsible_ids = [], nobodys = false } = filter;
    const member = memberOf(column);
    const isMeant = member === null ? nobodys : responsible_ids.includes(member);
    if ((nobodys || responsible_ids.length > 0) && !isMeant) return undefined;
    return { ...base, responsible_ids: member === null ? [] : [member], nobodys: member === null };
  }
  const marker = column.id as CardView["lead"]["state"]["marker"];
  if (filter.markers && !filter.markers.includes(marker)) return undefined;
  return { ...base, markers: [marker] };
}
export async function countIn(filter: LeadFilter | undefined): Promise<number> {
  return filter ? (await call("count_leads", { filter })).active : 0;
}
export async function cardsIn(filter: LeadFilter | undefined, offset: number, limit: number): Promise<CardView[]> {
  if (!filter) return [];
  return (await call("list_leads", { filter, sort: "last_activity", descending: true, offset, limit })).cards;
}
