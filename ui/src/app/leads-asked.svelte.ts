// Leads that are asked for from elsewhere ("See them"): the table shows them and nothing else.
import type { LeadTab } from "../backend";
import type { Filters } from "../lib/lead-filter";
import { go } from "./route.svelte";

let asked = $state.raw<{ filters: Filters; tab: LeadTab } | null>(null);

export function showLeads(filters: Filters, tab: LeadTab = "all"): void {
  asked = { filters, tab };
  go("leads");
}
export function leadsAsked() {
  return asked;
}
export function leadsTaken(): void {
  asked = null;
}
