// A card that goes back: let go nowhere, refused, or taken back. It flies home instead of vanishing here and standing
// there.
import type { CardView, LeadId } from "../../backend";
import type { Column } from "./column.svelte";
import type { BoardModel } from "./model.svelte";

const FOLLOWED = 50;

export class Homing {
  #model: () => BoardModel;
  /** Where a person put these cards. */
  #put = new Map<LeadId, Column>();
  #seen = new Map<LeadId, DOMRect>();

  constructor(model: () => BoardModel) {
    this.#model = model;
    // Before the page changes one sees where the cards stand, after it where they went.
    $effect.pre(() => {
      for (const column of this.#model().columns) void column.rows;
      for (const id of this.#put.keys()) {
        const box = rowOf(id)?.getBoundingClientRect();
        if (box) this.#seen.set(id, box);
      }
    });
    $effect(() => {
      for (const [id, column] of this.#put) {
        const now = this.#model().columnOf(id);
        if (!now || now === column) continue;
        this.#put.set(id, now);
        const [card, box] = [this.#model().card(id), this.#seen.get(id)];
        if (card && box) this.#fly(card, box);
      }
    });
  }

  /** It was put into this column: if it is found in another one later, it flies there. */
  follow(card: CardView, column: Column): void {
    this.#put.delete(card.lead.id);
    this.#put.set(card.lead.id, column);
    for (const id of [...this.#put.keys()].slice(0, -FOLLOWED)) this.#put.delete(id);
  }
  /** From where the hand let it go. */
  from(card: CardView, hand: HTMLElement | undefined): void {
    const box = hand?.getBoundingClientRect();
    if (box) this.#fly(card, box);
  }

  #fly(card: CardView, from: DOMRect): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // The card itself, once it stands at home: it is drawn above its column for the way.
    requestAnimationFrame(() => {
      const row = rowOf(card.lead.id);
      const home = row?.getBoundingClientRect();
      const drawn = row?.querySelector<HTMLElement>(".card");
      if (!row || !home || !drawn) return;
      const copy = drawn.cloneNode(true) as HTMLElement;
      Object.assign(copy.style, {
        position: "fixed",
        left: `${home.left + 4}px`,
        top: `${home.top}px`,
        width: `${drawn.offsetWidth}px`,
        height: `${drawn.offsetHeight}px`,
        zIndex: "40",
        pointerEvents: "none",
      });
      row.closest(".page")?.append(copy);
      drawn.style.visibility = "hidden";
      const way = { x: from.left - home.left, y: from.top - home.top };
      const flight = copy.animate([{ transform: `translate(${way.x}px, ${way.y}px)` }, { transform: "none" }], {
        duration: 160,
        easing: "cubic-bezier(0.2, 0.7, 0.2, 1)",
      });
      flight.onfinish = flight.oncancel = () => {
        copy.remove();
        drawn.style.visibility = "";
      };
    });
  }
}

function rowOf(id: LeadId): HTMLElement | null {
  return document.getElementById(`card-${id}`);
}
