// Who uses a row of a catalogue: their leads, closed ones too, on the page of leads.
import { showLeads } from "../../app/leads-asked.svelte";
import type { Filters } from "../../lib/lead-filter";

export function seeLeads(filters: Filters): void {
  showLeads(filters, "all");
}
