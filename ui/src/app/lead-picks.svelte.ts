// Which leads are picked for what is done to many: single ones, also of other pages, a range of this one, or every
// active lead that matches. Closed leads are never among them (LED-07).
import { SvelteSet } from "svelte/reactivity";
import type { CardView, LeadFilter, LeadId, LeadTarget } from "../backend";
import { isActive } from "./leads";

export class Picks {
  ids = new SvelteSet<LeadId>();
  /** All active ones that match, fixed by the app at the moment of the deed. */
  all = $state(false);
  #anchor: LeadId | undefined;

  get active(): boolean {
    return this.all || this.ids.size > 0;
  }
  count(matching: number): number {
    return this.all ? matching : this.ids.size;
  }
  has(card: CardView): boolean {
    return isActive(card.lead) && (this.all || this.ids.has(card.lead.id));
  }
  toggle(card: CardView, cards: readonly CardView[]): void {
    this.#single(cards);
    this.#anchor = card.lead.id;
    if (!isActive(card.lead)) return;
    if (!this.ids.delete(card.lead.id)) this.ids.add(card.lead.id);
  }
  /** From the last toggled row to this one. */
  range(card: CardView, cards: readonly CardView[]): void {
    this.#single(cards);
    const to = cards.indexOf(card);
    const from = cards.findIndex(({ lead }) => lead.id === this.#anchor);
    const [first, last] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    for (const { lead } of cards.slice(first, last + 1)) if (isActive(lead)) this.ids.add(lead.id);
    if (from === -1) this.#anchor = card.lead.id;
  }
  /** Of "all that match" only those of the page are known one by one. */
  #single(cards: readonly CardView[]): void {
    if (!this.all) return;
    this.all = false;
    this.page(cards, true);
  }
  page(cards: readonly CardView[], on: boolean): void {
    this.all = false;
    for (const { lead } of cards)
      if (on && isActive(lead)) this.ids.add(lead.id);
      else this.ids.delete(lead.id);
  }
  /** How many of these are picked. */
  state(cards: readonly CardView[]): "none" | "some" | "all" {
    const can = cards.filter(({ lead }) => isActive(lead));
    const has = can.filter((card) => this.has(card)).length;
    return has === 0 ? "none" : has === can.length ? "all" : "some";
  }
  /** These changed: who was closed or is gone meanwhile is not picked any more. None named: too many to name. */
  async again(changed: readonly LeadId[], read: (ids: LeadId[]) => Promise<CardView[]>): Promise<void> {
    const ids = changed.length === 0 ? [...this.ids] : changed.filter((id) => this.ids.has(id));
    if (ids.length === 0) return;
    const now = await read(ids);
    const active = new Set(now.filter(({ lead }) => isActive(lead)).map(({ lead }) => lead.id));
    for (const id of ids) if (!active.has(id)) this.ids.delete(id);
  }
  clear(): void {
    this.all = false;
    this.ids.clear();
    this.#anchor = undefined;
  }
  target(filter: LeadFilter, text: string): LeadTarget {
    return this.all ? { what: "matching", filter, text } : { what: "ids", ids: [...this.ids] };
  }
}
