// How many leads, closed ones too, and contacts point to each row of the catalogues; fresh while it is looked at.
import { call, type UseCount } from "../../backend";
import { on, onResumed } from "../../app/events";
import { Newest } from "../../lib/newest";

let counts = $state.raw<ReadonlyMap<string, UseCount>>();
const reads = new Newest();

export async function readCounts(): Promise<void> {
  const next = await reads.ask(() => call("list_use_counts")).catch(() => undefined);
  if (next) counts = new Map(next.map((count) => [count.id, count]));
}
/** Undefined until they were counted once. */
export function leadsOf(id: string): number | undefined {
  return counts && (counts.get(id)?.leads ?? 0);
}
export function contactsOf(id: string): number {
  return counts?.get(id)?.contacts ?? 0;
}
export function watchCounts(): () => void {
  void readCounts();
  const again = () => void readCounts();
  const stops = [on("leads_changed", again), on("contact_changed", again), on("sale_changed", again), onResumed(again)];
  return () => stops.forEach((stop) => stop());
}
