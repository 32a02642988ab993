// The card that the keys are on. They go with it; when it goes away the one in its place has them.
import { untrack } from "svelte";
import type { CardView, LeadId } from "../../backend";
import type { Column } from "./column.svelte";
import type { BoardModel } from "./model.svelte";
import { stepAcross, stepIn, type Step } from "./walk";

interface Hooks {
  model: () => BoardModel;
  rowHeight: () => number;
  /** Scrolls its column, and the board, just enough to show it. */
  reveal: (column: Column, index: number) => void;
}

export class Cursor {
  id = $state<LeadId>();

  #hooks: Hooks;
  /** Where it was seen last. */
  #place = { column: 0, index: 0 };
  /** The focus went there by Tab or by a press. */
  #byHand = false;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
    this.id = untrack(() => this.#model.cursor);
    $effect(() => {
      const id = this.id;
      // Who comes back to the board comes back to this card.
      this.#model.cursor = id;
      if (id === undefined) return;
      const { columns } = this.#model;
      const column = this.#model.columnOf(id);
      if (column) {
        this.#place = { column: columns.indexOf(column), index: column.indexOf(id) };
        const has = focused(columns);
        if (has && has !== column) column.el?.focus({ preventScroll: true });
      } else
        untrack(() => {
          const left = columns[this.#place.column];
          this.id = left?.at(Math.min(this.#place.index, left.count - 1))?.lead.id ?? id;
        });
    });
    // The first cards come to somebody who is there already.
    $effect(() => {
      const column = focused(this.#model.columns);
      if (column && column.count > 0 && this.id === undefined) untrack(() => this.entered(column));
    });
  }

  get #model(): BoardModel {
    return this.#hooks.model();
  }
  get card(): CardView | undefined {
    return this.id === undefined ? undefined : this.#model.card(this.id);
  }
  /** Back to the card where one was. */
  focus(): void {
    const { columns } = this.#model;
    const column = columns[this.#place.column] ?? columns[0];
    column?.el?.focus({ preventScroll: true });
  }
  /** What the next change of the focus comes from. */
  pressed(byHand: boolean): void {
    this.#byHand = byHand;
  }
  entered(column: Column): void {
    const has = this.id === undefined ? undefined : this.#model.columnOf(this.id);
    if (has === column) return;
    // A menu gives the focus back to where it was opened; its card may have gone on.
    if (has && !this.#byHand) return void queueMicrotask(() => has.el?.focus({ preventScroll: true }));
    const rowHeight = this.#hooks.rowHeight();
    const top = Math.floor(((column.el?.scrollTop ?? 0) + rowHeight / 2) / rowHeight);
    this.#place = { column: this.#model.columns.indexOf(column), index: top };
    this.id = column.at(top)?.lead.id;
  }
  async goTo(column: Column, index: number): Promise<void> {
    const card = column.at(index);
    const place = { column: this.#model.columns.indexOf(column), index: Math.max(0, index) };
    this.#place = place;
    this.id = card?.lead.id;
    this.#hooks.reveal(column, index);
    if (document.activeElement !== column.el) column.el?.focus({ preventScroll: true });
    if (card || index < 0) return;
    // Far away (Home, End): it is read once it is in view.
    await this.#model.held(column, index);
    if (this.#place !== place) return;
    this.id = column.at(index)?.lead.id;
  }
  /** The row of the keys in a column. Far away its card may not be held, or not be read yet: then it is where the keys
   *  went. */
  #rowIn(column: Column): number {
    const row = this.id === undefined ? -1 : column.indexOf(this.id);
    const isHere = this.#model.columns[this.#place.column] === column;
    return row === -1 && isHere && column.count > 0 ? Math.min(this.#place.index, column.count - 1) : row;
  }
  walk(column: Column, step: Step): void {
    const { columns } = this.#model;
    const at = columns.indexOf(column);
    const own = this.#rowIn(column);
    const next = columns[stepAcross(at, columns.length, step)];
    if (!next) return;
    if (next === column) return void this.goTo(column, stepIn(own, column.count, step));
    // The card beside it on screen, however far either column is scrolled.
    const rowHeight = this.#hooks.rowHeight();
    const y = Math.max(0, own) * rowHeight - (column.el?.scrollTop ?? 0) + (next.el?.scrollTop ?? 0);
    void this.goTo(next, stepIn(Math.round(y / rowHeight), next.count, step));
  }
}
const focused = (columns: readonly Column[]) =>
  columns.find(({ el }) => el !== undefined && el === document.activeElement);
