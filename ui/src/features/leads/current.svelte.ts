// The leads of the person whose chat is open: the panel shows them, keys and the palette change them, also while the
// panel is closed.
import type { ContactId, Lead } from "../../backend";
import { chosenView } from "../../app/chosen.svelte";
import { on, onResumed } from "../../app/events";
import { one, type One } from "../../app/whom.svelte";
import { afterPaint } from "../../lib/frames";
import { ContactLeads } from "./model.svelte";

export const chatLeads = new ContactLeads();

/** Of who has the keys, where neither their screen nor the chat has them. */
const keysLeads = new ContactLeads();

/** What they are sold with; null: nothing yet; undefined: it is not read. */
export function knownLead(who: One): Lead | null | undefined {
  if (who.lead) return who.lead;
  for (const leads of [chatLeads, keysLeads]) if (leads.of === who.contact_id) return leads.current ?? null;
  return undefined;
}

export function startLeads(): () => void {
  const of = $derived(chosenView()?.contact_id);
  // The chat is painted first.
  $effect(() => {
    const contact_id = of;
    return afterPaint(() => chatLeads.show(contact_id));
  });
  const keys = $derived.by(() => {
    const who = one();
    return who && !who.lead && who.contact_id !== of ? who.contact_id : undefined;
  });
  $effect(() => {
    const contact_id = keys;
    return afterPaint(() => keysLeads.show(contact_id));
  });
  const again = () => (chatLeads.again(), keysLeads.again());
  const stops = [on("leads_changed", again), onResumed(again)];
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
