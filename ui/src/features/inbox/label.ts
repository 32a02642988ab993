import type { InboxRow } from "../../backend";
import { chatMute, muteText } from "../../app/alerts.svelte";
import { hubNow } from "../../app/clock.svelte";
import { stageBesideStatus, statusName } from "../../app/sale.svelte";
import { kindName } from "../../lib/body";
import { dueSaid } from "../../lib/follow-up";
import { markerName, saleName } from "../../lib/sale";
import { listTime, timeLeft } from "../../lib/time";
import { windowState } from "../../lib/window";
import { m } from "../../paraglide/messages.js";

/** What a screen reader says for a row: "Maria, 3 unread, closes in 2 hours, Sales 1, …". */
export function rowLabel(row: InboxRow): string {
  const parts = [row.name];
  if (row.unread > 0) parts.push(m.label_unread({ count: row.unread }));
  else if (row.manual_unread) parts.push(m.label_marked_unread());
  const window = windowState(row.window_closes_at_ms, hubNow());
  if (window === "closed") parts.push(m.window_closed());
  else if (row.window_closes_at_ms !== null && window !== "open")
    parts.push(m.label_closes({ time: timeLeft(row.window_closes_at_ms - hubNow()) }));
  if (row.is_customer) parts.push(m.customer());
  if (row.lead) {
    const { marker, is_closed, status_id } = row.lead;
    if (marker !== "none" && !is_closed) parts.push(markerName(marker));
    const status = statusName(status_id);
    if (status) parts.push(m.row_lead_status({ name: status }));
    const stage = stageBesideStatus(row.lead);
    if (stage) parts.push(m.row_stage({ name: saleName(stage) }));
  }
  if (row.tags.length > 0) parts.push(m.board_label_tags({ names: row.tags.map((tag) => tag.name).join(", ") }));
  if (row.failed_count > 0) parts.push(m.failed_count({ count: row.failed_count }));
  if (row.draft_text !== null) parts.push(`${m.draft_prefix()} ${row.draft_text}`);
  else if (row.preview)
    parts.push(`${row.preview.from_us ? m.label_you() : ""}${row.preview.text || kindName(row.preview.kind)}`);
  if (row.next_follow_up) parts.push(m.follow_label({ when: dueSaid(row.next_follow_up) }));
  parts.push(row.line.name, listTime(row.last_at_ms));
  const mute = chatMute(row.id);
  if (mute) parts.push(muteText(mute));
  if (row.state.state === "snoozed") parts.push(m.scope_snoozed());
  if (row.state.state === "closed") parts.push(m.conversation_closed());
  return parts.join(", ");
}
