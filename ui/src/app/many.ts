// What is done to many leads at once, in the words and with the report of every such deed.
import type { LeadStatus, LeadTarget } from "../backend";
import { m } from "../paraglide/messages.js";
import { takesAlong } from "./closing";
import { dialogs } from "./dialogs.svelte";
import { sale, statusName } from "./sale.svelte";
import { markerName, markerSign } from "../lib/sale";
import type { Marker } from "../backend";
import type { Many } from "./whom.svelte";

export function markMany(many: Many, marker: Marker): void {
  const label =
    marker === "none"
      ? m.lead_did_unmark()
      : m.lead_did_mark({ marker: `${markerSign(marker)} ${markerName(marker)}` });
  void many.change({ marker }, label);
}
/** At once, unless a reason is missing, or what closing takes along has to be named first. */
export async function closeMany(many: Many, status: LeadStatus): Promise<void> {
  const asks = status.category === "lost" && (sale()?.settings.lost_needs_reason ?? true);
  if (asks || (await takesAlong({ of: "leads", target: many.target })))
    dialogs.ask = { what: "status", many, status_id: status.id };
  else void many.change({ status: { status_id: status.id } }, m.lead_did_status({ status: statusName(status.id) }));
}
export function planMany(many: Many): void {
  dialogs.followUps = { count: many.count, plan: many.plan };
}
export const ofIds = (ids: Iterable<string>): LeadTarget => ({ what: "ids", ids: [...ids] });
