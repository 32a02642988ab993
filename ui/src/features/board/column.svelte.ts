// One column of the board: how many cards stand in it, and the stretch of them that is held. What is not held is
// read when it comes into view.
import type { CardView, LeadId, Stage } from "../../backend";
import { isEqual } from "../../lib/equal";

export class Column {
  stage = $state.raw<Stage>(undefined as unknown as Stage);
  rows = $state.raw<CardView[]>([]);
  /** Row number of `rows[0]` in the column. */
  start = $state(0);
  count = $state(0);
  /** Of them stand here for too long. */
  stale = $state(0);

  /** The rows in view. */
  wanted: readonly [first: number, last: number] = [0, 0];
  /** Counts the reads: of two the later one stands. */
  epoch = 0;
  /** What the read under way will bring. */
  asked: readonly [from: number, to: number] | undefined;
  /** Where it is scrolled to, also while the board is not on screen. */
  top_px = 0;
  /** The scrolling element, while it is on screen. */
  el = $state.raw<HTMLElement>();

  constructor(stage: Stage) {
    this.stage = stage;
  }

  at(index: number): CardView | undefined {
    return this.rows[index - this.start];
  }
  /** -1: not here, or not in the stretch that is held. */
  indexOf(id: LeadId): number {
    const found = this.rows.findIndex((card) => card.lead.id === id);
    return found === -1 ? -1 : found + this.start;
  }

  /** A whole stretch as it was read; `limit` cards were asked for. */
  show(cards: CardView[], from: number, limit: number): void {
    // A card of which nothing changed stays the one it was: nothing of it is drawn anew.
    const held = new Map(this.rows.map((card) => [card.lead.id, card]));
    this.rows = cards.map((card) => {
      const one = held.get(card.lead.id);
      return one && isEqual(one, card) ? one : card;
    });
    this.start = from;
    const end = from + cards.length;
    const isEnd = cards.length < limit && (cards.length > 0 || from === 0);
    this.count = isEnd ? end : Math.max(this.count, end);
  }
  replace(card: CardView): void {
    this.rows = this.rows.map((other) => (other.lead.id === card.lead.id ? card : other));
  }
  take(id: LeadId): void {
    if (this.indexOf(id) === -1) return;
    this.rows = this.rows.filter((card) => card.lead.id !== id);
    this.count -= 1;
  }
  put(card: CardView, index: number): void {
    this.count += 1;
    const at = index - this.start;
    if (at < 0) this.start += 1;
    else if (at <= this.rows.length) this.rows = [...this.rows.slice(0, at), card, ...this.rows.slice(at)];
  }

  covers(first: number, last: number): boolean {
    return first >= this.start && Math.min(last, this.count) <= this.start + this.rows.length;
  }
}

/** By how many rows most of those in view have moved, so that the view can follow and nothing jumps under the eye. One
 *  that went somewhere else on its own does not take the view along. */
export function shiftOf(seen: readonly { id: LeadId; index: number }[], indexOf: (id: LeadId) => number): number {
  const votes = new Map<number, number>();
  for (const { id, index } of seen) {
    const now = indexOf(id);
    if (now !== -1) votes.set(now - index, (votes.get(now - index) ?? 0) + 1);
  }
  let [most, shift] = [0, 0];
  for (const [by, count] of votes)
    if (count > most || (count === most && Math.abs(by) < Math.abs(shift))) [most, shift] = [count, by];
  return shift;
}
