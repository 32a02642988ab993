// Which rows are picked for a bulk act: single ones, a range, or everything that matches.
import { SvelteSet } from "svelte/reactivity";
import type { BulkTarget, ConversationId, InboxView } from "../../backend";

export class Picks {
  ids = new SvelteSet<ConversationId>();
  /** Everything in the view, also what is not loaded; fixed by the app at the moment of the act. */
  all = $state(false);
  #anchor: number | undefined;

  get active(): boolean {
    return this.all || this.ids.size > 0;
  }
  count(total: number): number {
    return this.all ? total : this.ids.size;
  }
  has(id: ConversationId): boolean {
    return this.all || this.ids.has(id);
  }
  toggle(id: ConversationId, index: number): void {
    this.all = false;
    if (!this.ids.delete(id)) this.ids.add(id);
    this.#anchor = index;
  }
  /** From the last toggled row to this one, of the loaded rows. */
  range(index: number, idAt: (index: number) => ConversationId | undefined): void {
    const from = this.#anchor ?? index;
    this.all = false;
    for (let i = Math.min(from, index); i <= Math.max(from, index); i++) {
      const id = idAt(i);
      if (id) this.ids.add(id);
    }
  }
  loaded(ids: readonly ConversationId[]): void {
    this.all = false;
    for (const id of ids) this.ids.add(id);
  }
  clear(): void {
    this.all = false;
    this.ids.clear();
    this.#anchor = undefined;
  }
  target(view: InboxView): BulkTarget {
    return this.all ? { on: "matching", view } : { on: "ids", ids: [...this.ids] };
  }
}
