import type { ContactListRow } from "../../backend";
import { memberName, statusName } from "../../app/sale.svelte";
import { markerName } from "../../lib/sale";
import { listTime } from "../../lib/time";
import { m } from "../../paraglide/messages.js";

export const nameOf = (row: ContactListRow): string => row.name || row.phone || row.email || m.directory_nameless();

/** What a screen reader says for a person: "Maria, Urgent, +52 55 1234 5678, Lead status: New, …". */
export function personLabel(row: ContactListRow): string {
  const parts = [nameOf(row)];
  if (row.blocked) parts.push(m.contact_blocked());
  if (row.is_customer) parts.push(m.customer());
  if (row.lead?.is_active && row.lead.marker !== "none") parts.push(markerName(row.lead.marker));
  for (const way of [row.phone, row.email]) if (way && way !== parts[0]) parts.push(way);
  const status = row.lead && statusName(row.lead.status_id);
  parts.push(status ? m.row_lead_status({ name: status }) : m.directory_no_lead());
  if (row.responsible_id) parts.push(m.board_responsible({ name: memberName(row.responsible_id) ?? "" }));
  if (row.tags.length > 0) parts.push(m.board_label_tags({ names: row.tags.map((tag) => tag.name).join(", ") }));
  if (row.last_talk_ms) parts.push(listTime(row.last_talk_ms));
  return parts.join(", ");
}
