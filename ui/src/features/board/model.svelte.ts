// The board of one funnel. What is done here is painted at once and then done by the app, whose answer stands: while
// an act is under way nothing is read, and a read that an act overtook is asked again, so no card flickers back.
import {
  call,
  type BoardCounts,
  type CardOrder,
  type CardView,
  type Category,
  type FunnelId,
  type FunnelView,
  type LeadFilter,
  type LeadId,
  type LeadPatch,
  type LeadStatus,
  type LeadStatusId,
  type LostReasonId,
  type Marker,
  type SaleView,
  type Stage,
  type StageId,
  type TakenBack,
  type UndoToken,
} from "../../backend";
import { exactNow } from "../../app/clock.svelte";
import { fieldsOn, leadFilter, type Filters } from "../../lib/lead-filter";
import { Newest, UnderWay } from "../../lib/newest";
import { between } from "../../lib/place";
import { Column } from "./column.svelte";
import { cardsIn, columnIdOf, columnsOf, countIn, filterOf, inColumn, patchTo, type Grouping } from "./grouping";
import { inStage, placeFor } from "./placing";

/** Of the column that is scrolled. */
const WINDOW = 150;
const BEFORE = 50;
/** Of each, where all of the board is read again: what is in view, and around it as much as the first turns of the wheel
 *  show. */
const AROUND = 30;
/** As long as nothing is on screen: as many as a large one shows. */
const FIRST = 24;
/** What has to be held around what is in view. */
const MARGIN = 20;
/** How often columns are read together until they agree with the counts. */
const ROUNDS = 3;
const GATHER_MS = 24;
/** Until what was put somewhere is painted there: what else came of it is read after that. */
const PAINTED_MS = 120;

interface Room {
  /** Absent: on top. */
  position?: string;
  index: number;
}

/** A card that stands in its stage for so long is stale. */
export const STALE_DAYS = 7;

export type Closing = Exclude<Category, "open">;

/** What a person did: `report` is the app's answer, or `error` its refusal. */
export type Outcome =
  { report: Awaited<ReturnType<typeof change>>; error?: undefined } | { error: unknown; patch: LeadPatch };

export class BoardModel {
  sale = $state.raw<SaleView>();
  closed = $state.raw<Pick<BoardCounts, Closing>>({ won: 0, lost: 0, archived: 0 });
  order = $state<CardOrder>("lifted");
  grouping = $state<Grouping>("stage");
  filters = $state.raw<Filters>({});
  /** Cards of this funnel that the filter leaves out. */
  hidden = $state(0);
  columns = $state.raw<Column[]>([]);
  /** Everything in view has been read once: before that there is nothing to say, not even "empty". */
  read = $state(false);
  /** The card that the keys are on, also while another screen is shown. */
  cursor: LeadId | undefined;

  #funnel = $state.raw<FunnelId | null>(null);
  #acts = new UnderWay();
  /** Counts the beginnings and ends of acts. */
  #turn = 0;
  #sales = new Newest();
  #changed = new Set<LeadId | "*">();
  #applying = false;
  #paintedAt = 0;
  #stopped = false;

  constructor(funnel: FunnelId | null, order: CardOrder, filters: Filters = {}, grouping: Grouping = "stage") {
    this.#funnel = funnel;
    this.order = order;
    this.filters = filters;
    this.grouping = grouping;
  }

  get funnels(): FunnelView[] {
    return this.sale?.funnels ?? [];
  }
  /** The one that is chosen, else the main one. */
  get funnel(): FunnelView | undefined {
    const of = (is: (view: FunnelView) => boolean) => this.funnels.find(is);
    return of((f) => f.funnel.id === this.#funnel) ?? of((f) => f.funnel.is_main) ?? this.funnels[0];
  }
  get total(): number {
    return this.columns.reduce((sum, column) => sum + column.count, 0);
  }
  get isFiltered(): boolean {
    return fieldsOn(this.filters).length > 0;
  }
  #filter(): { filter?: LeadFilter } {
    return this.isFiltered ? { filter: leadFilter(this.filters, "active", exactNow()) } : {};
  }
  get reasonNeeded(): boolean {
    return this.sale?.settings.lost_needs_reason ?? true;
  }

  status(id: LeadStatusId): LeadStatus | undefined {
    return this.sale?.statuses.find((status) => status.id === id);
  }
  /** The status that a drop on the rail sets: the product's own, else the first of its kind. */
  closing(category: Closing): LeadStatus | undefined {
    const all = this.sale?.statuses.filter((status) => status.category === category) ?? [];
    return all.find((status) => status.code) ?? all[0];
  }
  column(stage_id: StageId): Column | undefined {
    return this.columns.find((column) => column.stage.id === stage_id);
  }
  columnOf(id: LeadId): Column | undefined {
    return this.columns.find((column) => column.indexOf(id) !== -1);
  }
  card(id: LeadId): CardView | undefined {
    const column = this.columnOf(id);
    return column?.at(column.indexOf(id));
  }

  // -- reading -----------------------------------------------------------------------------------
  /** Reads everything in view again. */
  async load(): Promise<void> {
    this.#stopped = false;
    const sale = await this.#sales.ask(() => call("get_sale")).catch(() => undefined);
    if (sale) this.#take(sale);
    const isFirst = !this.read;
    await this.#read(this.columns, true, isFirst ? () => [0, FIRST] : undefined);
    if (this.sale) this.read = true;
  }
  async show(funnel: FunnelId): Promise<void> {
    this.#funnel = funnel;
    if (this.sale) this.#take(this.sale);
    await this.#read(this.columns, true);
  }
  async setOrder(order: CardOrder): Promise<void> {
    this.order = order;
    for (const column of this.columns) column.wanted = [0, 0];
    await this.#read(this.columns, false);
    for (const column of this.columns) if (column.el) column.el.scrollTop = 0;
  }
  async group(grouping: Grouping): Promise<void> {
    this.grouping = grouping;
    if (this.sale) this.#take(this.sale);
    for (const column of this.columns) column.wanted = [0, 0];
    await this.#read(this.columns, true);
  }
  async setFilters(filters: Filters): Promise<void> {
    this.filters = filters;
    for (const column of this.columns) column.wanted = [0, 0];
    await this.#read(this.columns, true);
    for (const column of this.columns) if (column.el) column.el.scrollTop = 0;
  }
  /** Nobody looks any more. */
  stop(): void {
    this.#stopped = true;
    this.#changed.clear();
  }

  #take(sale: SaleView): void {
    this.sale = sale;
    const columns = this.grouping === "stage" ? this.#stages() : columnsOf(this.grouping, sale);
    this.columns = columns.map((stage) => {
      const column = this.column(stage.id) ?? new Column(stage);
      column.stage = stage;
      return column;
    });
  }

  /** Intake, and those of the funnel. */
  #stages(): Stage[] {
    return [...(this.sale?.intake ? [this.sale.intake] : []), ...(this.funnel?.stages ?? [])];
  }
  #cards(column: Column, offset: number, limit: number): Promise<CardView[]> {
    const { grouping, order } = this;
    if (grouping === "stage")
      return call("list_cards", { stage_id: column.stage.id, order, ...this.#filter(), offset, limit });
    return cardsIn(this.#filterOf(grouping, column.stage, true), offset, limit);
  }
  #filterOf(grouping: Exclude<Grouping, "stage">, column: Stage, filtered: boolean): LeadFilter | undefined {
    const stage_ids = this.#stages().map(({ id }) => id);
    return filterOf(grouping, column, stage_ids, (filtered ? this.#filter().filter : undefined) ?? {});
  }
  /** How many cards each column has. */
  async #counts(filtered: boolean): Promise<Map<string, number>> {
    const { grouping, columns } = this;
    if (grouping === "stage") {
      const counts = await call("get_board_counts", filtered ? this.#filter() : {});
      this.closed = counts;
      return new Map(counts.stages.map((stage) => [stage.stage_id, stage.active]));
    }
    const [each] = await Promise.all([
      Promise.all(
        columns.map(async ({ stage }) => [stage.id, await countIn(this.#filterOf(grouping, stage, filtered))] as const),
      ),
      call("get_board_counts", {}).then((counts) => (this.closed = counts)),
    ]);
    return new Map(each);
  }

  /** How many of each column stand there for too long, as the filter of that name counts them. */
  async #stale(): Promise<Map<string, number>> {
    const { grouping, columns } = this;
    const { filter = {} } = this.#filter();
    const stale: LeadFilter = { ...filter, tab: "active", stale_days: Math.max(STALE_DAYS, filter.stale_days ?? 0) };
    if (grouping === "stage") {
      const { stages } = await call("get_board_counts", { filter: stale });
      return new Map(stages.map((stage) => [stage.stage_id, stage.active]));
    }
    const stage_ids = this.#stages().map(({ id }) => id);
    const each = async ({ stage }: Column) =>
      [stage.id, await countIn(filterOf(grouping, stage, stage_ids, stale))] as const;
    return new Map(await Promise.all(columns.map(each)));
  }

  /** These rows are in view now; what is missing is read. */
  want(column: Column, first: number, last: number): void {
    column.wanted = [first, last];
    if (!this.read) return;
    const [from, to] = [Math.max(0, first - MARGIN), Math.min(column.count, last + MARGIN)];
    if (column.covers(from, to)) return;
    if (column.asked && column.asked[0] <= from && to <= column.asked[1]) return;
    void this.#read([column], false, scrolledTo);
  }

  /** Reads what is in view of these columns and paints it in one piece: a card that goes from one to another is never
   *  in none of them for a moment. */
  async #read(columns: readonly Column[], withCounts: boolean, stretchOf = around): Promise<void> {
    const ask = (column: Column) => {
      const [from, to] = stretchOf(column);
      column.asked = [from, to];
      return { column, from, limit: to - from, epoch: ++column.epoch };
    };
    const asks = columns.map(ask);
    for (let round = 1; ;) {
      await this.#acts.over();
      const turn = this.#turn;
      const { order, filters, grouping } = this;
      const [pages, counts, whole, stale] = await Promise.all([
        Promise.all(asks.map(({ column, from, limit }) => this.#cards(column, from, limit).catch(() => undefined))),
        withCounts ? this.#counts(true).catch(() => undefined) : undefined,
        // How many there are without the filter.
        withCounts && this.isFiltered ? this.#counts(false).catch(() => undefined) : undefined,
        withCounts ? this.#stale().catch(() => undefined) : undefined,
      ]);
      if (turn !== this.#turn || filters !== this.filters) continue;
      if (grouping !== this.grouping) return;
      const isRead = (column: Column) => asks.some((one) => one.column === column);
      // A card left or came elsewhere: the row numbers there mean others now.
      const moved = counts
        ? this.columns.filter((one) => !isRead(one) && (counts.get(one.stage.id) ?? 0) !== one.count)
        : [];
      // Where much goes on, what is known is shown, and the rest read after it.
      if (moved.length > 0 && round++ < ROUNDS) {
        asks.push(...moved.map(ask));
        continue;
      }
      if (stale) for (const column of this.columns) column.stale = stale.get(column.stage.id) ?? 0;
      if (counts) {
        for (const column of this.columns) column.count = counts.get(column.stage.id) ?? 0;
        const all = whole ?? counts;
        this.hidden = this.columns.reduce(
          (sum, { stage }) => sum + (all.get(stage.id) ?? 0) - (counts.get(stage.id) ?? 0),
          0,
        );
      }
      asks.forEach(({ column, from, limit, epoch }, i) => {
        if (column.epoch !== epoch) return;
        column.asked = undefined;
        const cards = pages[i];
        if (!cards || order !== this.order) return;
        column.show(cards, from, limit);
      });
      if (moved.length > 0) await this.#read(moved, false);
      return;
    }
  }

  /** Some leads changed; none named means too many to name. */
  changed(ids: readonly LeadId[]): void {
    if (ids.length === 0 || ids.length > 200) this.#changed.add("*");
    for (const id of ids) this.#changed.add(id);
    this.#soon();
  }
  #soon(): void {
    if (this.#applying || this.#changed.size === 0 || this.#stopped) return;
    this.#applying = true;
    setTimeout(
      () => {
        void this.#apply().finally(() => {
          this.#applying = false;
          this.#soon();
        });
      },
      Math.max(GATHER_MS, this.#paintedAt - performance.now()),
    );
  }
  async #apply(): Promise<void> {
    await this.#acts.over();
    const all = this.#changed.has("*") || this.#changed.size > 200;
    const ids = [...this.#changed].filter((id) => id !== "*");
    this.#changed.clear();
    if (!this.read) return;
    const found = all ? undefined : await call("get_cards", { ids }).catch(() => undefined);
    if (!found) return this.#read(this.columns, true);
    const touched = new Set(found.map((card) => columnIdOf(this.grouping, card)));
    const columns = this.columns.filter(
      (column) => touched.has(column.stage.id) || ids.some((id) => column.indexOf(id) !== -1),
    );
    await this.#read(columns, true);
  }
  /** Until the card at a row of a column is held. */
  async held(column: Column, index: number): Promise<void> {
    column.wanted = [index, index + 1];
    await this.#read([column], false);
  }
  /** The cards of a column from a row to before another one, also those that are not held. */
  async stretch(column: Column, from: number, to: number): Promise<readonly CardView[]> {
    const held = column.rows.slice(Math.max(0, from - column.start), Math.max(0, to - column.start));
    if (from >= column.start && held.length === to - from) return held;
    const cards: CardView[] = [];
    for (let offset = from; offset < to; offset += WINDOW) {
      const page = await this.#cards(column, offset, Math.min(WINDOW, to - offset));
      cards.push(...page);
      if (page.length === 0) break;
    }
    return cards;
  }
  async saleChanged(): Promise<void> {
    const sale = await this.#sales.ask(() => call("get_sale")).catch(() => undefined);
    if (!sale) return;
    this.#take(sale);
    await this.#read(this.columns, true);
  }

  // -- acts --------------------------------------------------------------------------------------
  /** Puts a card before the one that stands at `index` in a column (its own place counts); undefined when it stands
   *  there already. */
  async move(card: CardView, to: Column, index: number): Promise<Outcome | undefined> {
    const id = card.lead.id;
    const from = this.columnOf(id);
    const own = to.indexOf(id);
    if (from === to && (index === own || index === own + 1)) return undefined;
    const { grouping } = this;
    if (grouping !== "stage") {
      if (from === to) return undefined;
      return this.#act(id, patchTo(grouping, to.stage), () => {
        from?.take(id);
        to.put(inColumn(grouping, card, to.stage), 0);
      });
    }
    const before = own !== -1 && index - 1 === own ? index - 2 : index - 1;
    const room = before < 0 ? { index } : await this.#room(to, id, before, own === index ? index + 1 : index);
    const { position } = room;
    const key = position ?? between(undefined, this.#keyOf(to.at(own === 0 ? 1 : 0)));
    const shown = inStage(card, to.stage, key);
    // On top of another column it comes anyway; in its own one it has to be said.
    const isSaid = position !== undefined || from === to;
    const stage = isSaid ? { stage_id: to.stage.id, position: key } : { stage_id: to.stage.id };
    return this.#act(id, { stage }, () => {
      from?.take(id);
      to.put(shown, own !== -1 && own < room.index ? room.index - 1 : room.index);
    });
  }
  /** Several to one place: before the card that stands at `index`. Those in view are painted there at once; `run` does
   *  it for all of them. */
  async moveMany(
    ids: readonly LeadId[],
    to: Column,
    index: number,
    run: (patch: LeadPatch) => Promise<unknown>,
  ): Promise<void> {
    const { grouping } = this;
    const moved = new Set(ids);
    // Of one place the lower id comes first.
    const cards = [...ids].sort().flatMap((id) => this.card(id) ?? []);
    const isStage = grouping === "stage";
    const position = isStage ? placeFor(to, index, moved, (card) => this.#keyOf(card)) : undefined;
    const patch: LeadPatch = isStage
      ? { stage: position === undefined ? { stage_id: to.stage.id } : { stage_id: to.stage.id, position } }
      : patchTo(grouping, to.stage);
    const coming = isStage ? cards : cards.filter(({ lead }) => to.indexOf(lead.id) === -1);
    let at = isStage ? index : 0;
    for (const { lead } of isStage ? cards : []) {
      const own = to.indexOf(lead.id);
      if (own !== -1 && own < index) at -= 1;
    }
    const key = position ?? between(undefined, this.#keyOf(to.rows.find(({ lead }) => !moved.has(lead.id))));
    this.#turn += 1;
    for (const { lead } of coming) this.columnOf(lead.id)?.take(lead.id);
    coming.forEach((card, i) =>
      to.put(isStage ? inStage(card, to.stage, key) : inColumn(grouping, card, to.stage), at + i),
    );
    this.#paintedAt = performance.now() + PAINTED_MS;
    try {
      await this.#during(() => run(patch));
    } finally {
      this.changed(ids);
    }
  }
  #keyOf(card: CardView): string;
  #keyOf(card: CardView | undefined): string | undefined;
  #keyOf(card: CardView | undefined): string | undefined {
    return this.order === "lifted" ? card?.board_key : card?.lead.state.position;
  }
  /** A place behind the card at `before`, and the row that it is before. What is in view is at hand, so that a drop is
   *  painted in the next frame; else it is read. Between cards of one place there is no room: it is behind them. */
  #room(column: Column, id: LeadId, before: number, after: number): Room | Promise<Room> {
    const one = column.at(before);
    if (one && (column.at(after) || after >= column.count)) {
      const low = this.#keyOf(one);
      let index = after;
      for (; index < column.count; index++) {
        const other = column.at(index);
        if (!other || (other.lead.id !== id && this.#keyOf(other) > low)) break;
      }
      return { position: between(low, this.#keyOf(column.at(index))), index };
    }
    const ask = {
      stage_id: column.stage.id,
      order: this.order,
      ...this.#filter(),
      offset: before,
      limit: after - before + 1,
    };
    return call("list_cards", ask).then((cards) => ({
      position: between(this.#keyOf(cards[0]), this.#keyOf(cards[after - before])),
      index: after,
    }));
  }

  /** To a stage that is not on screen: on top of it. */
  moveAway(card: CardView, stage_id: StageId): Promise<Outcome> {
    return this.#act(card.lead.id, { stage: { stage_id } }, () => {
      if (this.grouping === "stage") this.columnOf(card.lead.id)?.take(card.lead.id);
    });
  }
  close(card: CardView, category: Closing, reason_id?: LostReasonId): Promise<Outcome> {
    const status_id = this.closing(category)?.id ?? "";
    const status = reason_id === undefined ? { status_id } : { status_id, reason_id };
    return this.#act(card.lead.id, { status }, () => {
      this.columnOf(card.lead.id)?.take(card.lead.id);
      this.closed = { ...this.closed, [category]: this.closed[category] + 1 };
    });
  }
  mark(card: CardView, marker: Marker): Promise<Outcome> {
    return this.#act(card.lead.id, { marker }, () => {
      const lead = { ...card.lead, state: { ...card.lead.state, marker } };
      this.columnOf(card.lead.id)?.replace({ ...card, lead });
    });
  }
  /** The rules may move the card with it: nothing is painted before. */
  setStatus(card: CardView, status_id: LeadStatusId): Promise<Outcome> {
    return this.#act(card.lead.id, { status: { status_id } }, () => undefined);
  }

  async #act(id: LeadId, patch: LeadPatch, paint: () => void): Promise<Outcome> {
    // What is being read now may be from before.
    this.#turn += 1;
    paint();
    this.#paintedAt = performance.now() + PAINTED_MS;
    try {
      return { report: await this.#during(() => change(id, patch)) };
    } catch (error) {
      return { error, patch };
    } finally {
      this.changed([id]);
    }
  }
  /** Columns that are read one before and one after it would show a card twice or not at all. */
  async #during<T>(run: () => Promise<T>): Promise<T> {
    this.#turn += 1;
    try {
      return await this.#acts.run(run);
    } finally {
      this.#turn += 1;
    }
  }
  takeBack(token: UndoToken): Promise<TakenBack> {
    return this.#during(() => call("undo", token));
  }
}

/** Rows of a column: what is in view, and some around it. */
const around = ({ wanted: [first, last] }: Column): readonly [from: number, to: number] => [
  Math.max(0, first - AROUND),
  last + 2 * AROUND,
];
const scrolledTo = ({ wanted: [first] }: Column): readonly [from: number, to: number] => {
  const from = Math.max(0, first - BEFORE);
  return [from, from + WINDOW];
};

function change(id: LeadId, patch: LeadPatch) {
  return call("change_leads", { lead_ids: [id], patch });
}
