// What the workspace sells with: lead statuses, funnels and their stages, sources, reasons, and who can be
// responsible. Small, and asked for by every screen that shows a lead, so it is kept whole.
import {
  call,
  type FieldId,
  type Funnel,
  type FunnelId,
  type LeadStatus,
  type LeadStatusId,
  type LostReasonId,
  type MemberId,
  type RowLead,
  type SaleView,
  type SourceId,
  type Stage,
  type StageId,
} from "../backend";
import type { Known } from "../lib/history";
import { Newest } from "../lib/newest";
import { setScoreBands } from "../lib/bands.svelte";
import { setMarkerLooks } from "../lib/markers.svelte";
import { saleName, type Named } from "../lib/sale";
import { m } from "../paraglide/messages.js";
import { on, onResumed } from "./events";

let view = $state.raw<SaleView>();
const reads = new Newest();

export function sale(): SaleView | undefined {
  return view;
}
export async function readSale(): Promise<void> {
  view = (await reads.ask(() => call("get_sale")).catch(() => undefined)) ?? view;
  setMarkerLooks(view?.settings.markers ?? []);
  setScoreBands(view?.settings.bands ?? []);
}
export function startSale(): () => void {
  void readSale();
  const stops = [
    on("sale_changed", () => void readSale()),
    // Each line says what its first messages open.
    on("lines_changed", () => void readSale()),
    on("state_changed", () => void readSale()),
    onResumed(() => void readSale()),
  ];
  return () => stops.forEach((stop) => stop());
}

export function statusOf(id: LeadStatusId): LeadStatus | undefined {
  return view?.statuses.find((status) => status.id === id);
}
export function stageOf(id: StageId): Stage | undefined {
  if (view?.intake?.id === id) return view.intake;
  return view?.funnels.flatMap((funnel) => funnel.stages).find((stage) => stage.id === id);
}
/** The stage of a lead where it says more than its status does. The first column says "not sorted yet", which is no
 *  word about a sale, and a lead that is closed stands in no stage any more. */
export function stageBesideStatus(lead: Pick<RowLead, "status_id" | "stage_id" | "is_closed">): Stage | undefined {
  const stage = lead.is_closed ? undefined : stageOf(lead.stage_id);
  if (!stage?.funnel_id || stage.bound_status_id === lead.status_id) return undefined;
  return saleName(stage) === statusName(lead.status_id) ? undefined : stage;
}
export function funnelOf(id: FunnelId | null | undefined): Funnel | undefined {
  return view?.funnels.find(({ funnel }) => funnel.id === id)?.funnel;
}
export const openStatuses = () => view?.statuses.filter((status) => status.category === "open") ?? [];
export const finalStatuses = () => view?.statuses.filter((status) => status.category !== "open") ?? [];

const nameIn = (rows: readonly (Named & { id: string })[] | undefined, id: string | null | undefined) => {
  const row = rows?.find((one) => one.id === id);
  return row ? saleName(row) : "";
};
export const statusName = (id: LeadStatusId) => nameIn(view?.statuses, id);
export const sourceName = (id: SourceId | null | undefined) => nameIn(view?.sources, id);
export const fieldName = (id: FieldId) => nameIn(view?.fields, id);
export const reasonName = (id: LostReasonId | null | undefined) => nameIn(view?.reasons, id);

/** What a person is called; who has not said a name yet is still somebody. */
export function memberName(id: MemberId | null | undefined): string {
  const member = view?.members.find((one) => one.id === id);
  return member ? member.name || (member.is_me ? m.member_me() : m.member_nameless()) : "";
}
/** The same with what they say of themselves: "Bia · Away". */
export function memberWords(id: MemberId): string {
  const isAway = view?.members.find((one) => one.id === id)?.away ?? false;
  return isAway ? `${memberName(id)} · ${m.availability_away()}` : memberName(id);
}

/** What the history of a lead calls things now. */
export const known: Known = {
  get currency() {
    return view?.settings.currency ?? null;
  },
  name: (id) => {
    const stage = stageOf(id);
    const option = () => view?.fields.flatMap((field) => field.options).find((one) => one.id === id)?.name ?? "";
    return statusName(id) || (stage ? saleName(stage) : "") || reasonName(id) || fieldName(id) || option();
  },
  // As the one who did it: a sentence begins with it.
  member: (id) => {
    const member = view?.members.find((one) => one.id === id);
    return member?.is_me && member.name === "" ? m.history_me() : memberName(id);
  },
};
