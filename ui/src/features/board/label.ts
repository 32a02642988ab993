import type { CardView, LeadStatus, Stage } from "../../backend";
import { hubNow } from "../../app/clock.svelte";
import { kindName } from "../../lib/body";
import { channelName, channelOf } from "../../lib/channel";
import { number } from "../../lib/numbers";
import { markerName, saleName } from "../../lib/sale";
import { age, timeLeft } from "../../lib/time";
import { windowState } from "../../lib/window";
import { m } from "../../paraglide/messages.js";

const DAY_MS = 86_400_000;

export function daysInStage(card: CardView, now = hubNow()): number {
  return Math.max(0, Math.floor((now - card.lead.state.stage_since_ms) / DAY_MS));
}

/** The lead's status where the stage does not say it already. Intake says "new". */
export function otherStatus(
  card: CardView,
  stage: Stage,
  status: (id: string) => LeadStatus | undefined,
): LeadStatus | undefined {
  const found = status(card.lead.state.status_id);
  if (stage.bound_status_id === found?.id) return undefined;
  return !stage.funnel_id && found?.code === "new" ? undefined : found;
}

/** "14 leads", "No leads". */
export function leadsText(count: number): string {
  return count === 0 ? m.board_no_leads() : m.board_leads({ count, shown: number(count) });
}

/** What a screen reader says for a card: "Maria, 3 unread, Urgent, closes in 2 hours, Do you deliver?, …". */
export function cardLabel(card: CardView, other: LeadStatus | undefined): string {
  const parts = [card.name];
  const chat = card.conversation;
  if (chat && chat.unread > 0) parts.push(m.label_unread({ count: chat.unread }));
  else if (chat?.is_unread) parts.push(m.label_marked_unread());
  if (card.lead.state.marker !== "none") parts.push(markerName(card.lead.state.marker));
  const window = windowState(chat?.window_closes_at_ms ?? null, hubNow());
  if (window === "closed") parts.push(m.window_closed());
  else if (chat?.window_closes_at_ms != null && window !== "open")
    parts.push(m.label_closes({ time: timeLeft(chat.window_closes_at_ms - hubNow()) }));
  if (chat && chat.failed_count > 0) parts.push(m.failed_count({ count: chat.failed_count }));
  if (chat?.preview)
    parts.push(`${chat.preview.from_us ? m.label_you() : ""}${chat.preview.text || kindName(chat.preview.kind)}`);
  if (chat) parts.push(channelName(channelOf(chat.line.type)), age(chat.last_at_ms));
  if (other) parts.push(m.board_label_status({ name: saleName(other) }));
  if (card.tags.length > 0) parts.push(m.board_label_tags({ names: card.tags.map((tag) => tag.name).join(", ") }));
  parts.push(m.board_label_days({ count: daysInStage(card) }));
  return parts.join(", ");
}
