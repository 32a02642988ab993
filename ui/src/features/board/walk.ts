// Where the keys lead: from card to card, and where a card that is being moved would land.
import type { LeadId } from "../../backend";

/** What of a column the keys need to know. */
export interface Walked {
  count: number;
  indexOf: (id: LeadId) => number;
}

export type Step = "up" | "down" | "left" | "right" | "home" | "end" | "pageup" | "pagedown";
const PAGE = 5;

const STEPS: Record<string, Step> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "home",
  End: "end",
  PageUp: "pageup",
  PageDown: "pagedown",
};
export function stepOf(event: KeyboardEvent): Step | undefined {
  return event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? undefined : STEPS[event.key];
}

/** The row after a step inside a column of `count` rows; -1 in an empty one. */
export function stepIn(index: number, count: number, step: Step): number {
  const wanted = {
    up: index - 1,
    down: index + 1,
    left: index,
    right: index,
    home: 0,
    end: count - 1,
    pageup: index - PAGE,
    pagedown: index + PAGE,
  }[step];
  return Math.min(count - 1, Math.max(0, wanted));
}
/** The column after a step; the ends hold. */
export function stepAcross(column: number, columns: number, step: Step): number {
  if (step === "left") return Math.max(0, column - 1);
  return step === "right" ? Math.min(columns - 1, column + 1) : column;
}

/** Where a card lands: the `place`-th card of the column once it is there, counted from 0. */
export interface Target {
  column: number;
  place: number;
}

/** Where a card that is being moved would land after a step. In another column it begins on top; back in its own one
 *  it is at home again. */
export function stepTarget(target: Target, columns: readonly Walked[], id: LeadId, step: Step): Target {
  const at = stepAcross(target.column, columns.length, step);
  const column = columns[at];
  if (!column) return target;
  const own = column.indexOf(id);
  if (at !== target.column) return { column: at, place: Math.max(0, own) };
  return { column: at, place: stepIn(target.place, placesOf(column, id), step) };
}
/** How many places a column has for this card. */
export function placesOf(column: Walked, id: LeadId): number {
  return column.indexOf(id) === -1 ? column.count + 1 : column.count;
}
/** The card that it lands before: row number in the column as it stands, the card itself still in its place. */
export function indexOfPlace(column: Walked, id: LeadId, place: number): number {
  const own = column.indexOf(id);
  return own !== -1 && place > own ? place + 1 : place;
}
/** The same the other way. */
export function placeOfIndex(column: Walked, id: LeadId, index: number): number {
  const own = column.indexOf(id);
  return own !== -1 && index > own ? index - 1 : index;
}
