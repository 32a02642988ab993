import type { CardView, Lead } from "../../../backend";
import { dialogs } from "../../../app/dialogs.svelte";
import { toStatus } from "../../../app/leads";
import { finalStatuses } from "../../../app/sale.svelte";

/** The status that archives: the product's own, else the first of its kind. */
export function archived() {
  const all = finalStatuses().filter((status) => status.category === "archived");
  return all.find((status) => status.code) ?? all[0];
}
export async function archive(lead: Lead): Promise<void> {
  const status = archived();
  if (status) await toStatus(lead, status.id);
}
/** Something to do about it, or a message that goes by itself. */
export function plan(card: CardView): void {
  dialogs.followUp = {
    lead: { id: card.lead.id, contact_id: card.lead.contact_id, name: card.name },
    conversation_id: card.conversation?.id,
  };
}
