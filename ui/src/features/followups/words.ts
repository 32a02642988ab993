// A row of the agenda in words.
import type { AgendaBucket, FollowUpState, FollowUpView } from "../../backend";
import { codeText } from "../../app/errors";
import { statusName } from "../../app/sale.svelte";
import { dueSaid, followUpKindName, followUpWords } from "../../lib/follow-up";
import { markerName } from "../../lib/sale";
import { dayAndClock } from "../../lib/time";
import { m } from "../../paraglide/messages.js";

export function bucketName(bucket: AgendaBucket): string {
  const names: Partial<Record<AgendaBucket, () => string>> = {
    overdue: m.follow_overdue,
    today: m.today_title,
    tomorrow: m.follow_tomorrow,
    later: m.follow_later,
    ended: m.follow_ended,
    asking: m.follow_state_asking,
  };
  return names[bucket]?.() ?? bucket;
}

/** What became of it, or what holds it up; "" while it simply waits for its time. */
export function stateWords(state: FollowUpState): string {
  switch (state.state) {
    case "scheduled":
      return "";
    case "blocked":
      return blockedWords(state.code);
    case "asking":
      return m.follow_state_asking();
    case "sent":
      return m.follow_state_sent();
    case "done":
      return m.follow_state_done();
    case "canceled":
      return {
        person: m.follow_state_canceled,
        lead_closed: m.follow_state_lead_closed,
        reply: m.follow_state_reply,
        merged: m.follow_state_merged,
        line_erased: m.follow_state_line_erased,
      }[state.why]();
  }
}

function blockedWords(code: string): string {
  const words: Record<string, () => string> = {
    WINDOW_CLOSED: m.follow_blocked_window,
    LINE_REMOVED: m.follow_blocked_line_removed,
    LINE_DOWN: m.follow_blocked_line_down,
    BLOCKED: m.contact_is_blocked,
  };
  return words[code]?.() ?? codeText(code);
}

/** When it ended, of one that has; else when it is due. */
export function momentWords(view: FollowUpView): string {
  const { follow_up } = view;
  return follow_up.ended_at_ms ? dayAndClock(follow_up.ended_at_ms) : dueSaid(follow_up);
}

/** What a screen reader says for a row: "Maria, Task, Call about the table, Overdue: yesterday 16:00, lead #12, …". */
export function rowLabel(view: FollowUpView): string {
  const { follow_up } = view;
  const parts = [view.name, followUpKindName(follow_up), followUpWords(follow_up), momentWords(view)];
  const state = stateWords(follow_up.state);
  if (state) parts.push(state);
  if (view.marker !== "none") parts.push(markerName(view.marker));
  if (view.lead_number) parts.push(m.follow_lead({ number: `#${view.lead_number}` }));
  const status = statusName(view.lead_status_id);
  if (status) parts.push(m.row_lead_status({ name: status }));
  return parts.filter((part) => part !== "").join(", ");
}
