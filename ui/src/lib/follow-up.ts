// Follow-ups in words: what is to be done, when, and what became of it.
import { hubNow } from "../app/clock.svelte";
import type { FollowUp, FollowUpState, NextFollowUp } from "../backend";
import { m } from "../paraglide/messages.js";
import { kindName } from "./body";
import { ownWords } from "./refusals";
import { dayAndClock } from "./time";

const OPEN = ["scheduled", "blocked", "asking"];
export const isOpen = (state: FollowUpState): boolean => OPEN.includes(state.state);
type Due = Pick<NextFollowUp, "due_at_ms" | "state">;
/** It was to be done before now, and nobody has. */
export const isOverdue = (due: Due, now = hubNow()): boolean => isOpen(due.state) && due.due_at_ms <= now;

/** "today 16:00", "Tue 10:00". */
export const dueWords = (due_at_ms: number): string => dayAndClock(due_at_ms);

/** The same for an overdue one says so: "Overdue: yesterday 16:00". */
export function dueSaid(due: Due): string {
  const when = dueWords(due.due_at_ms);
  return isOverdue(due) ? m.follow_overdue_since({ when }) : when;
}

type Planned = Pick<FollowUp, "kind" | "note" | "message" | "nudge_of">;
/** What is to be done, in one line. */
export function followUpWords(planned: Planned): string {
  if (planned.kind === "message" && planned.message) {
    const { body } = planned.message;
    return ownWords({ body }) || kindName(body.kind === "media" ? body.media : body.kind);
  }
  if (planned.note) return planned.note;
  return planned.nudge_of ? m.follow_nudge_words() : m.follow_task_words();
}
export function followUpKindName({ kind, nudge_of }: Pick<FollowUp, "kind" | "nudge_of">): string {
  if (nudge_of) return m.follow_kind_nudge();
  return kind === "message" ? m.follow_kind_message() : m.follow_kind_task();
}
