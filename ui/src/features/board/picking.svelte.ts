// Several cards at once: one by one, from one to another, or a whole column. What is picked and not held is read.
import type { CardView } from "../../backend";
import { attempt } from "../../app/act";
import type { Picks } from "../../app/lead-picks.svelte";
import type { Column } from "./column.svelte";
import type { BoardModel } from "./model.svelte";

/** Of one deed. */
const MOST = 10_000;

export class Picking {
  readonly picks: Picks;
  #model: () => BoardModel;
  /** Where the last single one stands: a range begins there. */
  #from: { column: Column; index: number } | undefined;

  constructor(picks: Picks, model: () => BoardModel) {
    this.picks = picks;
    this.#model = model;
  }

  has = (card: CardView): boolean => this.picks.has(card);

  toggle(card: CardView): void {
    this.#from = this.#placeOf(card);
    this.picks.toggle(card, []);
  }
  /** From the last single one to this one; both are among them. In another column it begins anew. */
  async range(card: CardView): Promise<void> {
    const to = this.#placeOf(card);
    const from = this.#from;
    if (!to) return;
    if (!from || from.column !== to.column || !this.picks.active) {
      this.#from = to;
      return this.picks.page([card], true);
    }
    await this.#stretch(to.column, Math.min(from.index, to.index), Math.max(from.index, to.index) + 1);
  }
  /** All of a column. It never lets go of any. */
  async column(column: Column): Promise<void> {
    await this.#stretch(column, 0, Math.min(column.count, MOST));
  }
  async #stretch(column: Column, from: number, to: number): Promise<void> {
    const cards = await attempt(() => this.#model().stretch(column, from, to));
    if (cards) this.picks.page(cards, true);
  }
  #placeOf(card: CardView): { column: Column; index: number } | undefined {
    const column = this.#model().columnOf(card.lead.id);
    return column && { column, index: column.indexOf(card.lead.id) };
  }
}
