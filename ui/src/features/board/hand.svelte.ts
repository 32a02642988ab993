// Cards in the hand: taken by the pointer or the keys, alone or with all that are picked beside it, and put where the
// hand lets go of them.
import { tick } from "svelte";
import type { CardView, LeadId } from "../../backend";
import { closeBeside } from "../../app/beside.svelte";
import { number } from "../../lib/numbers";
import { leadsText, saleName } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import type { Cursor } from "./cursor.svelte";
import type { Doing } from "./doing.svelte";
import type { Homing } from "./homing.svelte";
import { Lift, type Target } from "./lift.svelte";
import type { BoardModel, Closing } from "./model.svelte";
import type { Column } from "./column.svelte";
import type { Picking } from "./picking.svelte";
import { placeOfIndex, placesOf, stepOf, type Step } from "./walk";

interface Hooks {
  model: () => BoardModel;
  rowHeight: () => number;
  /** What scrolls sideways. */
  board: () => HTMLElement | undefined;
  cursor: Cursor;
  homing: Homing;
  picking: Picking;
  doing: () => Doing;
  reveal: (column: Column, index: number) => void;
  say: (words: string) => void;
}
const OUTCOMES: Record<string, Closing> = { w: "won", l: "lost", a: "archived" };

export class Hand {
  readonly lift: Lift;
  #hooks: Hooks;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
    this.lift = new Lift({
      get model() {
        return hooks.model();
      },
      rowHeight: hooks.rowHeight,
      board: hooks.board,
      along: (card) => this.#along(card),
      drop: (card, along, target) => this.#drop(card, along, target),
      giveUp: (card) => {
        hooks.homing.from(card, this.lift.flying);
        hooks.doing().sayStays(card);
      },
    });
  }

  /** Those that are on their way somewhere else. */
  get held(): ReadonlySet<LeadId> {
    return new Set(this.lift.card ? this.lift.along : []);
  }
  /** "Maria", or how many. */
  get name(): string {
    const { card, along } = this.lift;
    return along.length > 1 ? leadsText(along.length) : (card?.name ?? "");
  }
  get wouldLand(): string {
    const { card, target, along } = this.lift;
    if (!card || target?.on !== "column") return "";
    const stage = saleName(target.column.stage);
    if (along.length > 1) return stage;
    const id = card.lead.id;
    return m.board_would_land({
      stage,
      place: number(placeOfIndex(target.column, id, target.index) + 1),
      places: number(placesOf(target.column, id)),
    });
  }
  #along(card: CardView): LeadId[] {
    const { picks } = this.#hooks.picking;
    return picks.has(card) ? [...picks.ids] : [card.lead.id];
  }
  #drop(card: CardView, along: readonly LeadId[], target: Target): void {
    const doing = this.#hooks.doing();
    this.#hooks.cursor.id = card.lead.id;
    if (along.length > 1) {
      if (target.on === "outcome") doing.closeMany(along, target.category);
      else doing.placeMany(along, target.column, target.index);
    } else if (target.on === "outcome") doing.deeds.close(card, target.category);
    else doing.deeds.place(card, target.column, target.index);
  }

  // -- the keys ------------------------------------------------------------------------------------
  async byKeys(asked: CardView, alone = false): Promise<void> {
    const { model, cursor, picking, reveal, say } = this.#hooks;
    // Where some are picked it is about those, unless one beside them is meant.
    const { picks } = picking;
    const card =
      !alone && picks.active && !picks.has(asked) ? [...picks.ids].map((id) => model().card(id)).find(Boolean) : asked;
    const column = card && model().columnOf(card.lead.id);
    if (!card || !column || this.lift.card) return;
    closeBeside();
    cursor.id = card.lead.id;
    cursor.focus();
    reveal(column, column.indexOf(card.lead.id));
    // In the hand at once: the next key is about it, however soon it comes.
    this.lift.take(card, column, column.el?.clientWidth ?? 212);
    say(m.board_lifted({ name: this.name }));
    await tick();
    // Without a chat beside them the columns are wider.
    this.lift.width_px = column.el?.clientWidth ?? 212;
  }
  /** While a card is in the hand every key is about it. */
  onkeydown = (event: KeyboardEvent): void => {
    const { lift } = this;
    this.#hooks.cursor.pressed(event.key === "Tab");
    if (!lift.card || event.isComposing) return;
    if (event.key === "Escape") lift.cancel();
    else if (lift.by === "keys") {
      const step = stepOf(event);
      const outcome = OUTCOMES[event.key.toLowerCase()];
      if (step) this.#step(step);
      else if (event.key === "Enter" || event.key === " ") lift.letGo();
      else if (outcome && !event.ctrlKey && !event.metaKey && !event.altKey) lift.letGo(outcome);
      else if (event.key !== "Tab") return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  #step(step: Step): void {
    this.lift.step(step);
    const { target } = this.lift;
    if (target?.on !== "column") return;
    this.#hooks.reveal(target.column, Math.min(target.index, target.column.count - 1));
    this.#hooks.say(this.wouldLand);
  }
}
