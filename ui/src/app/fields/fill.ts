// Into the first own field of a person, or of what is being sold to them, that has nothing in it yet.
import { call, type ContactId } from "../../backend";
import { fieldsOf, valueOf } from "../../lib/fields";
import { m } from "../../paraglide/messages.js";
import { attempt } from "../act";
import { askPanel } from "../panel-asked.svelte";
import { sale } from "../sale.svelte";
import { toast } from "../toast.svelte";

/** One press: the panel opens where it is closed, and what is folded away in it comes out. */
export async function fillFields(contact_id: ContactId): Promise<void> {
  const all = sale()?.fields ?? [];
  if (all.length === 0) return toast(m.fields_none());
  const read = await attempt(() =>
    Promise.all([call("get_contact", { contact_id }), call("list_leads_of_contact", { contact_id })]),
  );
  if (!read) return;
  const [contact, leads] = read;
  const lead = leads.find(({ state }) => !state.closed);
  const there = [
    ...fieldsOf(all, "contact").map(({ id }) => ({ id, value: valueOf(contact.fields, id) })),
    ...(lead ? fieldsOf(all, "lead").map(({ id }) => ({ id, value: valueOf(lead.state.fields, id) })) : []),
  ];
  const next = there.find(({ value }) => !value) ?? there[0];
  if (next) askPanel({ contact_id, field_id: next.id });
  else toast(m.fields_none_here());
}
