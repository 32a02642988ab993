// A card in the hand: of the pointer or of the keys. It says where the card would land; nothing is done before it is
// let go there.
import type { CardView, LeadId } from "../../backend";
import type { Column } from "./column.svelte";
import type { BoardModel, Closing } from "./model.svelte";
import { indexOfPlace, placeOfIndex, stepTarget, type Step } from "./walk";

/** Before the card at `index`, or on one of the outcomes. */
export type Target = { on: "column"; column: Column; index: number } | { on: "outcome"; category: Closing };

const THRESHOLD_PX = 5;
const EDGE_PX = 56;
const MAX_SPEED_PX = 18;

interface Hooks {
  model: BoardModel;
  rowHeight: () => number;
  /** What scrolls sideways. */
  board: () => HTMLElement | undefined;
  /** Which cards go with it, itself among them. */
  along: (card: CardView) => readonly LeadId[];
  drop: (card: CardView, along: readonly LeadId[], target: Target) => void;
  /** It was let go nowhere, or Esc was pressed. */
  giveUp: (card: CardView) => void;
}

export class Lift {
  card = $state.raw<CardView>();
  /** All that are in the hand. */
  along = $state.raw<readonly LeadId[]>([]);
  by = $state<"pointer" | "keys">("pointer");
  target = $state.raw<Target>();
  /** The card in flight. */
  flying = $state.raw<HTMLElement>();
  width_px = $state(0);

  #hooks: Hooks;
  #pressed: { card: CardView; x: number; y: number; box: DOMRect; pointer: number } | undefined;
  #pointer = { x: 0, y: 0 };
  #frame = 0;
  #justDropped = false;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** A press that became a drag is no click. */
  get wasDrag(): boolean {
    return this.#justDropped;
  }

  // -- the pointer -------------------------------------------------------------------------------
  press(event: PointerEvent, card: CardView, element: HTMLElement): void {
    this.#justDropped = false;
    // A finger scrolls; it moves cards by the menu.
    if (event.button !== 0 || event.pointerType === "touch" || picks(event) || this.card) return;
    const box = element.getBoundingClientRect();
    this.#pressed = { card, x: event.clientX, y: event.clientY, box, pointer: event.pointerId };
    addEventListener("pointermove", this.#move);
    addEventListener("pointerup", this.#up);
    addEventListener("pointercancel", this.#cancel);
  }
  #move = (event: PointerEvent) => {
    const pressed = this.#pressed;
    if (!pressed || event.pointerId !== pressed.pointer) return;
    this.#pointer = { x: event.clientX, y: event.clientY };
    if (!this.card) {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < THRESHOLD_PX) return;
      this.by = "pointer";
      this.width_px = pressed.box.width;
      this.along = this.#hooks.along(pressed.card);
      this.card = pressed.card;
      this.#frame = requestAnimationFrame(this.#tick);
    }
    this.#follow();
  };
  #up = () => {
    const { card, along, target } = this;
    this.#end();
    if (!card) return;
    this.#justDropped = true;
    if (target) this.#hooks.drop(card, along, target);
    else this.#hooks.giveUp(card);
  };
  #cancel = () => {
    const { card } = this;
    this.#end();
    if (card) this.#hooks.giveUp(card);
  };
  #follow(): void {
    const pressed = this.#pressed;
    if (!pressed || !this.card) return;
    const { x, y } = this.#pointer;
    const [left, top] = [pressed.box.left + x - pressed.x, pressed.box.top + y - pressed.y];
    const next = this.#under(x, y);
    // The word of an outcome stays in sight: the card waits above it.
    const rail = next?.on === "outcome" ? railTop() : undefined;
    const y_px = rail === undefined ? top : Math.min(top, rail - pressed.box.height - 8);
    if (this.flying) this.flying.style.transform = `translate(${left}px, ${y_px}px)`;
    if (!isSame(next, this.target)) this.target = next;
  }
  #under(x: number, y: number): Target | undefined {
    // The hand itself lies over all of it.
    const below = document.elementsFromPoint(x, y).find((el) => !el.matches("[data-hand]"));
    const outcome = below?.closest<HTMLElement>("[data-outcome]");
    if (outcome) return { on: "outcome", category: outcome.dataset.outcome as Closing };
    const stage = below?.closest<HTMLElement>("[data-stage]")?.dataset.stage;
    const column = stage === undefined ? undefined : this.#hooks.model.column(stage);
    if (!column) return undefined;
    const el = column.el;
    // An empty column has one place; over the header it is the first.
    const y0 = el ? y - el.getBoundingClientRect().top + el.scrollTop : 0;
    const index = Math.min(column.count, Math.max(0, Math.round(y0 / this.#hooks.rowHeight())));
    return { on: "column", column, index };
  }
  /** Columns scroll under a card that is held at their edge, and the board at its. */
  #tick = () => {
    if (!this.card || this.by !== "pointer") return;
    const { x, y } = this.#pointer;
    const target = this.target;
    let scrolled = false;
    const el = target?.on === "column" ? target.column.el : undefined;
    if (el) {
      const box = el.getBoundingClientRect();
      scrolled = scrollBy(el, "scrollTop", speed(y, box.top, box.bottom)) || scrolled;
    }
    const board = this.#hooks.board();
    if (board) {
      const box = board.getBoundingClientRect();
      scrolled = scrollBy(board, "scrollLeft", speed(x, box.left, box.right)) || scrolled;
    }
    if (scrolled) this.#follow();
    this.#frame = requestAnimationFrame(this.#tick);
  };

  // -- the keys ----------------------------------------------------------------------------------
  take(card: CardView, column: Column, width_px: number): void {
    this.by = "keys";
    this.width_px = width_px;
    this.along = this.#hooks.along(card);
    this.card = card;
    this.target = { on: "column", column, index: column.indexOf(card.lead.id) };
  }
  step(step: Step): void {
    const { card, target } = this;
    const { columns } = this.#hooks.model;
    if (!card || target?.on !== "column") return;
    const id = card.lead.id;
    const at = columns.indexOf(target.column);
    const place = placeOfIndex(target.column, id, target.index);
    const next = stepTarget({ column: at, place }, columns, id, step);
    const column = columns[next.column];
    if (column) this.target = { on: "column", column, index: indexOfPlace(column, id, next.place) };
  }
  /** By the keys: where it is, or on an outcome. */
  letGo(category?: Closing): void {
    const { card, along, target } = this;
    this.#end();
    if (!card) return;
    if (category) this.#hooks.drop(card, along, { on: "outcome", category });
    else if (target) this.#hooks.drop(card, along, target);
  }
  cancel(): void {
    this.#cancel();
  }
  #end(): void {
    cancelAnimationFrame(this.#frame);
    removeEventListener("pointermove", this.#move);
    removeEventListener("pointerup", this.#up);
    removeEventListener("pointercancel", this.#cancel);
    this.#pressed = undefined;
    this.card = undefined;
    this.along = [];
    this.target = undefined;
  }
}

/** Where the outcomes begin, while they are on screen. */
export const railTop = () => document.querySelector("[data-outcomes]")?.getBoundingClientRect().top;
/** It is pressed to be picked. */
const picks = (event: PointerEvent) => event.ctrlKey || event.metaKey || event.shiftKey;
function isSame(one: Target | undefined, other: Target | undefined): boolean {
  if (one?.on === "column" && other?.on === "column") return one.column === other.column && one.index === other.index;
  if (one?.on === "outcome" && other?.on === "outcome") return one.category === other.category;
  return one === other;
}
/** Faster the nearer to the edge; 0 in the middle. */
function speed(at: number, from: number, to: number): number {
  const edge = Math.min(EDGE_PX, (to - from) / 4);
  if (at < from + edge) return -MAX_SPEED_PX * Math.min(1, (from + edge - at) / edge);
  return at > to - edge ? MAX_SPEED_PX * Math.min(1, (at - to + edge) / edge) : 0;
}
function scrollBy(el: HTMLElement, way: "scrollTop" | "scrollLeft", by: number): boolean {
  if (by === 0) return false;
  const before = el[way];
  el[way] += by;
  return el[way] !== before;
}
