// Notes and calls, in words.
import type { Call, CallOutcome, Note, NoteView } from "../backend";
import { number } from "./numbers";
import { m } from "../paraglide/messages.js";

export const OUTCOMES: readonly CallOutcome[] = ["answered", "no_answer", "busy", "wrong_number", "left_message"];
const OUTCOME_WORDS: Record<CallOutcome, () => string> = {
  answered: m.call_answered,
  no_answer: m.call_no_answer,
  busy: m.call_busy,
  wrong_number: m.call_wrong_number,
  left_message: m.call_left_message,
};
export const outcomeName = (outcome: CallOutcome): string => OUTCOME_WORDS[outcome]();
export const directionName = (direction: Call["direction"]): string =>
  direction === "in" ? m.call_in() : m.call_out();

/** "We called · Answered · 12 min" */
export function callWords({ direction, outcome, minutes }: Call): string {
  const lasted = minutes ? [m.call_lasted({ minutes: number(minutes) })] : [];
  return [directionName(direction), outcomeName(outcome), ...lasted].join(" · ");
}

/** Who wrote it. */
export const noteBy = (view: NoteView): string => view.by_name || m.member_nameless();

/** As the rules compare them: not by when they were changed. */
export function saysSame(one: Note, other: Note): boolean {
  const said = ({ at_ms, text, call }: Note) =>
    JSON.stringify([at_ms, text, call?.direction, call?.outcome, call?.minutes ?? null]);
  return said(one) === said(other);
}

/** What somebody else made of a note or a call while it was set right here; null: they deleted it. */
export function meanwhileWords(view: NoteView | null): string {
  if (!view) return m.note_deleted_meanwhile();
  const who = view.edited_by_name;
  return who ? m.note_changed_by({ who }) : m.note_changed_meanwhile();
}
