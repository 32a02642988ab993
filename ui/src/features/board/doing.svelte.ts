// What is done to cards on this board: where it asks first (why a sale is lost, what closing takes along, somebody who
// is away) the card waits at home.
import { call, type CardView, type LeadId, type LostReasonId } from "../../backend";
import { attempt } from "../../app/act";
import { giveTo } from "../../app/away";
import { closeBeside, openBeside } from "../../app/beside.svelte";
import { chooseToWrite } from "../../app/chosen.svelte";
import { ofLeads } from "../../app/closing";
import { dialogs } from "../../app/dialogs.svelte";
import { closeMany } from "../../app/many";
import { go } from "../../app/route.svelte";
import type { Many } from "../../app/whom.svelte";
import { saleName } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import type { Column } from "./column.svelte";
import type { Cursor } from "./cursor.svelte";
import { close, mark, move, movedManyWords, movedWords, moveAway, setStatus, type Deeds } from "./deeds";
import { memberOf } from "./grouping";
import type { Homing } from "./homing.svelte";
import type { BoardModel, Closing } from "./model.svelte";

interface Hooks {
  model: () => BoardModel;
  cursor: Cursor;
  homing: Homing;
  lift: (card: CardView, alone?: boolean) => void;
  /** For who does not see where it went. */
  say: (words: string) => void;
  many: (ids: readonly LeadId[]) => Many;
}

export class Doing {
  /** What has to be said before a lead is closed. */
  asking = $state.raw<{ card: CardView; category: Closing }>();
  /** Asked about: an empty place is drawn for it. */
  leaving = $state.raw<LeadId>();
  readonly deeds: Deeds;

  #hooks: Hooks;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
    const { cursor, homing } = hooks;
    this.deeds = {
      open: (card) => {
        cursor.id = card.lead.id;
        openBeside(card.lead.contact_id, card.name, card.conversation?.id ?? null);
      },
      openInbox: (card) => {
        if (!card.conversation) return;
        closeBeside(true);
        chooseToWrite(card.conversation.id);
        go("inbox");
      },
      lift: hooks.lift,
      moveTo: (card, stage) => {
        const column = this.#model.column(stage.id);
        if (column) this.deeds.place(card, column, 0);
        else void moveAway(this.#model, card, stage);
      },
      place: (card, column, index) => {
        const own = this.#model.columnOf(card.lead.id);
        // Who is away is asked about first; the card is at home until then.
        if (this.#model.grouping === "responsible" && own !== column)
          return giveTo(memberOf(column.stage), () => this.#put(card, column, index));
        this.#put(card, column, index);
      },
      close: (card, category) => {
        if (category === "lost" || card.next_follow_up) this.asking = { card, category };
        else void this.#closeUnlessItTakesAlong(card, category);
      },
      mark: (card, marker) => {
        if (card.lead.state.marker !== marker) void mark(this.#model, card, marker);
      },
      setStatus: (card, status) => {
        if (card.lead.state.status_id === status.id) return;
        const column = this.#model.columnOf(card.lead.id);
        if (column) homing.follow(card, column);
        void setStatus(this.#model, card, status);
      },
      plan: (card) => {
        cursor.id = card.lead.id;
        dialogs.followUp = {
          lead: { id: card.lead.id, contact_id: card.lead.contact_id, name: card.name },
          conversation_id: card.conversation?.id,
        };
      },
    };
  }

  get #model(): BoardModel {
    return this.#hooks.model();
  }

  // -- several at once -----------------------------------------------------------------------------
  placeMany(ids: readonly LeadId[], column: Column, index: number): void {
    const many = this.#hooks.many(ids);
    const put = () =>
      void this.#model.moveMany(ids, column, index, (patch) => many.change(patch, movedManyWords(this.#model, column)));
    if (this.#model.grouping === "responsible") giveTo(memberOf(column.stage), put);
    else put();
  }
  closeMany(ids: readonly LeadId[], category: Closing): void {
    const status = this.#model.closing(category);
    if (status) void closeMany(this.#hooks.many(ids), status);
  }

  // -- what was asked ------------------------------------------------------------------------------
  closed(reason: LostReasonId | undefined): void {
    const { asking } = this;
    this.asking = undefined;
    this.#hooks.cursor.focus();
    if (asking) void close(this.#model, asking.card, asking.category, reason);
  }
  notClosed(): void {
    const card = this.asking?.card;
    this.asking = undefined;
    this.#hooks.cursor.focus();
    if (card) this.sayStays(card);
  }
  sayStays(card: CardView): void {
    const stage = this.#model.columnOf(card.lead.id)?.stage;
    if (stage) this.#hooks.say(m.board_given_up({ name: card.name, stage: saleName(stage) }));
  }

  #put(card: CardView, column: Column, index: number): void {
    const own = this.#model.columnOf(card.lead.id);
    const at = own === column ? column.indexOf(card.lead.id) : -1;
    this.#hooks.homing.follow(card, column);
    const doing = move(this.#model, card, column, index);
    if (at !== -1 && (index === at || index === at + 1)) return;
    void doing.then((done) => {
      if (done) this.#hooks.say(movedWords(this.#model, card, column));
    });
  }
  /** What closing takes along is named before it is done. The card may not know yet of a follow-up that was just planned. */
  async #closeUnlessItTakesAlong(card: CardView, category: Closing): Promise<void> {
    this.leaving = card.lead.id;
    const preview = await attempt(() => call("get_close_preview", { target: ofLeads([card.lead.id]) }));
    this.leaving = undefined;
    if (preview && preview.total > 0) this.asking = { card, category };
    else if (preview) void close(this.#model, card, category, undefined);
  }
}
