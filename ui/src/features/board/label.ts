import type { CardView, LeadStatus, Stage } from "../../backend";
import { hubNow } from "../../app/clock.svelte";
import { stuckFor } from "../../app/leads";
import { memberName } from "../../app/sale.svelte";
import { kindName } from "../../lib/body";
import { channelName, channelOf } from "../../lib/channel";
import { dueSaid } from "../../lib/follow-up";
import { markerName, saleName } from "../../lib/sale";
import { bandName, bandOf } from "../../lib/score";
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
  const score = card.lead.state.score?.value;
  if (score !== undefined) parts.push(m.board_label_score({ score, band: bandName(bandOf(score)) }));
  if (card.next_follow_up) parts.push(m.follow_label({ when: dueSaid(card.next_follow_up) }));
  const responsible = memberName(card.lead.state.responsible_id);
  if (responsible) parts.push(m.board_responsible({ name: responsible }));
  if (card.tags.length > 0) parts.push(m.board_label_tags({ names: card.tags.map((tag) => tag.name).join(", ") }));
  const stuck = stuckFor(card.lead);
  parts.push(
    stuck === null
      ? m.board_label_days({ count: daysInStage(card) })
      : m.board_stuck_tip({ count: stuck, marker: markerName("stuck") }),
  );
  return parts.join(", ");
}
