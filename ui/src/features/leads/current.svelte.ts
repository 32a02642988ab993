// The leads of the person whose chat is open: the panel shows them, keys and the palette change them, also while the
// panel is closed.
import type { ContactId, Lead } from "../../backend";
import { chosenView } from "../../app/chosen.svelte";
import { on, onResumed } from "../../app/events";
import { afterPaint } from "../../lib/frames";
import { ContactLeads } from "./model.svelte";

export const chatLeads = new ContactLeads();

/** Of the chat on screen, not of the one before. */
export function chatLead(): Lead | undefined {
  const of = chosenView()?.contact_id;
  return of !== undefined && chatLeads.of === of ? chatLeads.current : undefined;
}

export function startLeads(): () => void {
  const of = $derived(chosenView()?.contact_id);
  // The chat is painted first.
  $effect(() => {
    const contact_id = of;
    return afterPaint(() => chatLeads.show(contact_id));
  });
  const stops = [on("leads_changed", () => chatLeads.again()), onResumed(() => chatLeads.again())];
  return () => stops.forEach((stop) => stop());
}

/** The leads of the person that a panel shows: most often the one of the open chat; else they are read for it. */
export function leadsOf(contact_id: () => ContactId): () => ContactLeads {
  const own = new ContactLeads();
  const isChats = $derived(chatLeads.of === contact_id());
  $effect(() => {
    if (isChats) return;
    own.show(contact_id());
    const stops = [on("leads_changed", () => own.again()), onResumed(() => own.again())];
    return () => stops.forEach((stop) => stop());
  });
  return () => (isChats ? chatLeads : own);
}
