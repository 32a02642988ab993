// The board's model over columns of thousands: what is done is painted at once and never flickers back, and what is
// read is only what is in view (FUN-03, FUN-04, FUN-13).
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ApiError,
  useTransport,
  type CardView,
  type ChangeLeads,
  type CountLeads,
  type GetBoardCounts,
  type LeadFilter,
  type LeadIds,
  type LeadPatch,
  type ListCards,
  type ListLeads,
  type Stage,
} from "../src/backend";
import { Picks } from "../src/app/lead-picks.svelte";
import { Column, shiftOf } from "../src/features/board/column.svelte";
import { BoardModel } from "../src/features/board/model.svelte";
import { Picking } from "../src/features/board/picking.svelte";
import { indexOfPlace, placeOfIndex, stepAcross, stepIn, stepTarget, type Walked } from "../src/features/board/walk";

const DAY_MS = 86_400_000;
const NOW = 1_800_000_000_000;
const place = (no: number) => `${String(no).padStart(6, "0")}V`;
const stageOf = (id: string, funnel_id: string | null, bound_status_id: string | null): Stage => ({
  id,
  funnel_id,
  name: id,
  color: "#2f6fdb",
  position: id,
  bound_status_id,
});
const INTAKE = stageOf("intake", null, null);
const STAGES = [stageOf("new", "sales", "s-new"), stageOf("talk", "sales", "s-talk")];
const OTHER = stageOf("repairs", "other", null);

let cards: CardView[];
let asked: ListCards[];
/** Answers are made when they are asked for and come when they are let go, like those of a busy database. */
let hold: ((command: string) => Promise<void>) | undefined;
let refuse: string | undefined;

function card(no: number, stage_id: string): CardView {
  return {
    lead: {
      id: `lead-${String(no).padStart(6, "0")}`,
      contact_id: `contact-${no}`,
      cycle: 1,
      origin: "chat",
      opened_at_ms: NOW,
      last_event_id: "e",
      state: {
        status_id: "s-new",
        stage_id,
        stage_since_ms: NOW,
        position: place(no),
        placed_at_ms: NOW,
        marker: "none",
      },
    } as CardView["lead"],
    board_key: place(no),
    name: `Customer ${no}`,
    photo: null,
    tags: [],
    blocked: false,
    conversation: null,
    next_follow_up: null,
  };
}
const id = (no: number) => `lead-${String(no).padStart(6, "0")}`;
const inStage = (stage_id: string) =>
  cards
    .filter((c) => c.lead.state.stage_id === stage_id && !c.lead.state.closed)
    .sort((a, b) => (a.board_key < b.board_key || (a.board_key === b.board_key && a.lead.id < b.lead.id) ? -1 : 1));
const names = (column: Column) => column.rows.map((c) => c.name);

/** As far as columns of people ask for it. */
const meant = ({ nobodys, responsible_ids = [], stale_days = 0 }: LeadFilter) =>
  cards.filter(({ lead: { state } }) => {
    const isOf = state.responsible_id ? responsible_ids.includes(state.responsible_id) : nobodys === true;
    return isOf && NOW - state.stage_since_ms >= stale_days * DAY_MS;
  });

function answer(command: string, args: unknown): unknown {
  switch (command) {
    case "get_sale":
      return {
        settings: { lost_needs_reason: true },
        statuses: [
          { id: "s-new", code: "new", name: "", color: "#2f6fdb", category: "open", position: "A" },
          { id: "s-mine", name: "Cash", color: "#2f6fdb", category: "won", position: "B" },
          { id: "s-won", code: "converted", name: "", color: "#2f6fdb", category: "won", position: "C" },
        ],
        funnels: [
          { funnel: { id: "other", name: "Other", color: "#2f6fdb", is_main: false, position: "A" }, stages: [OTHER] },
          { funnel: { id: "sales", name: "Sales", color: "#2f6fdb", is_main: true, position: "B" }, stages: STAGES },
        ],
        intake: INTAKE,
        sources: [],
        reasons: [],
        lines: [],
        members: [{ id: "bia", name: "Bia", is_me: false, away: false }],
      };
    case "get_board_counts": {
      const days = (args as GetBoardCounts).filter?.stale_days ?? 0;
      const stands = (c: CardView) => NOW - c.lead.state.stage_since_ms >= days * DAY_MS;
      return {
        stages: [INTAKE, ...STAGES, OTHER].map((s) => ({
          stage_id: s.id,
          active: inStage(s.id).filter(stands).length,
        })),
        won: 3,
        lost: 2,
        archived: 1,
      };
    }
    case "count_leads":
      return { active: meant((args as CountLeads).filter ?? {}).length, inactive: 0, all: 0 };
    case "list_leads":
      return { cards: meant((args as ListLeads).filter ?? {}), total: 0, tabs: { active: 0, inactive: 0, all: 0 } };
    case "list_cards": {
      const ask = args as ListCards;
      asked.push(ask);
      return inStage(ask.stage_id).slice(ask.offset, ask.offset + ask.limit);
    }
    case "get_cards":
      return cards.filter((c) => (args as LeadIds).ids.includes(c.lead.id));
    case "change_leads": {
      if (refuse) throw new ApiError(refuse, {}, false);
      const { lead_ids, patch } = args as ChangeLeads;
      cards = cards.map((c) => {
        if (!lead_ids.includes(c.lead.id)) return c;
        const state = { ...c.lead.state, ...(patch.marker ? { marker: patch.marker } : {}) };
        if (patch.responsible_id !== undefined) state.responsible_id = patch.responsible_id;
        const to = patch.stage;
        // In its own stage it stays where it is, unless a place is said.
        const top = to?.stage_id === state.stage_id ? state.position : "00" + place(0);
        if (to) Object.assign(state, { stage_id: to.stage_id, position: to.position ?? top });
        if (patch.status) Object.assign(state, { closed: { at_ms: NOW, category: "won", from_status_id: "s-new" } });
        return { ...c, board_key: to ? state.position : c.board_key, lead: { ...c.lead, state } };
      });
      return { done: 1, skipped: 0, undo: { id: "undo" } };
    }
  }
  throw new Error(command);
}

beforeEach(() => {
  cards = [...Array.from({ length: 20_000 }, (_, i) => card(i, "new")), card(30_000, "intake")];
  asked = [];
  hold = refuse = undefined;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  useTransport({
    async call(command, args) {
      const what = await Promise.resolve().then(() => answer(command, args));
      await hold?.(command);
      return what;
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});
afterEach(() => vi.useRealTimers());

async function loaded(): Promise<BoardModel> {
  const model = new BoardModel(null, "lifted");
  await model.load();
  return model;
}
const col = (model: BoardModel, stage: string) => model.column(stage)!;
/** What was told is read. */
async function settle() {
  for (let i = 0; i < 40; i++) await vi.advanceTimersByTimeAsync(30);
}

describe("the board", () => {
  it("shows Intake and then the stages of the main funnel, with exact counts", async () => {
    const model = await loaded();
    expect(model.columns.map((c) => [c.stage.id, c.count])).toEqual([
      ["intake", 1],
      ["new", 20_000],
      ["talk", 0],
    ]);
    expect(model.total).toBe(20_001);
  });

  it("says at the head of a column how many stand there for a week or longer", async () => {
    const since = (no: number, days: number) => {
      const one = cards.find((c) => c.lead.id === id(no))!;
      one.lead.state.stage_since_ms = NOW - days * DAY_MS;
    };
    since(1, 7);
    since(2, 30);
    since(3, 6);
    since(30_000, 8);
    const model = await loaded();
    expect(model.columns.map((c) => [c.stage.id, c.stale])).toEqual([
      ["intake", 1],
      ["new", 2],
      ["talk", 0],
    ]);
  });

  it("stands by responsible too: nobody is a column, and a drop assigns", async () => {
    cards = [card(1, "new"), card(2, "talk"), card(3, "intake")];
    cards[1]!.lead.state.responsible_id = "bia";
    const model = await loaded();
    await model.group("responsible");
    const shown = () => model.columns.map((c) => [c.stage.id, names(c)]);
    expect(shown()).toEqual([
      ["nobody", ["Customer 1", "Customer 3"]],
      ["bia", ["Customer 2"]],
    ]);
    await model.move(model.card(id(3))!, col(model, "bia"), 0);
    await settle();
    expect(cards[2]!.lead.state.responsible_id).toBe("bia");
    await model.move(model.card(id(2))!, col(model, "nobody"), 0);
    await settle();
    expect(cards[1]!.lead.state.responsible_id).toBeNull();
    expect(shown()).toEqual([
      ["nobody", ["Customer 1", "Customer 2"]],
      ["bia", ["Customer 3"]],
    ]);
  });

  it("shows the same Intake in another funnel, and what leaves it there is gone here", async () => {
    const model = await loaded();
    await model.show("other");
    expect(model.columns.map((c) => [c.stage.id, c.count])).toEqual([
      ["intake", 1],
      ["repairs", 0],
    ]);
    await model.move(model.card(id(30_000))!, col(model, "repairs"), 0);
    await model.show("sales");
    expect(col(model, "intake").count).toBe(0);
  });

  it("reads a stretch of a column of thousands, and another one when that comes into view", async () => {
    const model = await loaded();
    const column = col(model, "new");
    expect(column.rows.length, "what is on screen comes first").toBe(24);
    asked = [];
    model.want(column, 0, 10);
    await settle();
    expect(asked.map(({ offset, limit }) => [offset, limit])).toEqual([[0, 150]]);
    model.want(column, 60, 70);
    expect(asked.length, "held already").toBe(1);
    asked = [];
    model.want(column, 12_000, 12_010);
    await settle();
    expect(asked.map(({ offset, limit }) => [offset, limit])).toEqual([[11_950, 150]]);
    expect(column.at(12_005)?.name).toBe("Customer 12005");
    expect(column.count).toBe(20_000);
  });

  it("keeps a card as it is where a read brings the same again", async () => {
    const model = await loaded();
    const column = col(model, "new");
    const before = [...column.rows];
    await model.load();
    expect(column.rows.length).toBeGreaterThanOrEqual(before.length);
    before.forEach((card, at) => expect(column.rows[at], card.name).toBe(card));
    await model.mark(before[3]!, "urgent");
    await settle();
    expect(column.rows[3]!.lead.state.marker).toBe("urgent");
    expect(column.rows[3]).not.toBe(before[3]);
    expect(column.rows[4]).toBe(before[4]);
  });

  it("paints a move before the app has answered, and a read that was under way does not take it back", async () => {
    const model = await loaded();
    const held: { command: string; letGo: () => void }[] = [];
    hold = (command) =>
      command === "list_cards" || command === "change_leads"
        ? new Promise((letGo) => held.push({ command, letGo }))
        : Promise.resolve();
    // Somebody wrote: the column is being read, as it was before the move.
    model.changed([id(3)]);
    await vi.advanceTimersByTimeAsync(30);
    expect(held.map((h) => h.command)).toEqual(["list_cards"]);
    const moving = model.move(model.card(id(5))!, col(model, "talk"), 0);
    await Promise.resolve();
    await Promise.resolve();
    const isThere = () => names(col(model, "talk")).includes("Customer 5") && col(model, "new").indexOf(id(5)) === -1;
    expect(isThere(), "in the next frame").toBe(true);
    for (let round = 0; held.length > 0; round++) {
      const { command, letGo } = held.shift()!;
      letGo();
      await vi.advanceTimersByTimeAsync(30);
      expect(isThere(), `round ${round}, after ${command}`).toBe(true);
    }
    await moving;
    await settle();
    expect(isThere()).toBe(true);
    expect(col(model, "new").count).toBe(19_999);
  });

  it("shows a card in one column or the other where a colleague moves it between two reads", async () => {
    const model = await loaded();
    const isSomewhere = () => model.columns.some((column) => column.indexOf(id(5)) !== -1);
    // As the changed cards are read it stands in the first; as the column is read it has gone.
    const seen: boolean[] = [];
    hold = (command) => {
      if (command === "get_cards")
        cards = cards.map((c) => {
          const state = { ...c.lead.state, stage_id: "talk" };
          return c.lead.id === id(5) ? { ...c, lead: { ...c.lead, state } } : c;
        });
      seen.push(isSomewhere());
      return Promise.resolve();
    };
    model.changed([id(5)]);
    await settle();
    expect(seen).not.toContain(false);
    expect(col(model, "talk").indexOf(id(5))).toBe(0);
    expect([col(model, "new").count, col(model, "talk").count]).toEqual([19_999, 1]);
  });

  it("puts a card between the two where it was let go, and keeps it there", async () => {
    const model = await loaded();
    const column = col(model, "new");
    await model.move(model.card(id(30_000))!, column, 2);
    expect(names(column).slice(0, 4)).toEqual(["Customer 0", "Customer 1", "Customer 30000", "Customer 2"]);
    await settle();
    expect(names(column).slice(0, 4)).toEqual(["Customer 0", "Customer 1", "Customer 30000", "Customer 2"]);
    // Down in its own column: before the fifth as the column stands.
    await model.move(model.card(id(0))!, column, 4);
    expect(names(column).slice(0, 4)).toEqual(["Customer 1", "Customer 30000", "Customer 2", "Customer 0"]);
    await settle();
    expect(names(column).slice(0, 4)).toEqual(["Customer 1", "Customer 30000", "Customer 2", "Customer 0"]);
  });

  it("says the place where a card is put on top of its own column: there the app has none of its own", async () => {
    const model = await loaded();
    const column = col(model, "new");
    await model.move(model.card(id(3))!, column, 0);
    const { position } = cards.find(({ lead }) => lead.id === id(3))!.lead.state;
    expect(position < place(0), `${position} is above the first`).toBe(true);
    await settle();
    expect(names(column).slice(0, 3)).toEqual(["Customer 3", "Customer 0", "Customer 1"]);
  });

  it("puts several between the two where they were let go, in one deed, and counts them at once", async () => {
    const model = await loaded();
    const [from, column] = [col(model, "intake"), col(model, "new")];
    cards.push(card(30_001, "intake"));
    await model.load();
    const ids = [id(30_001), id(30_000), id(1)];
    const patches: LeadPatch[] = [];
    let painted: unknown;
    await model.moveMany(ids, column, 3, async (patch) => {
      painted = [from.count, column.count, names(column).slice(0, 6)];
      patches.push(patch);
      await answer("change_leads", { lead_ids: ids, patch });
    });
    // 0 and 2 stay where they are: 1 is one of those that went behind 2.
    const after = ["Customer 0", "Customer 2", "Customer 1", "Customer 30000", "Customer 30001", "Customer 3"];
    expect(painted, "before the app has answered").toEqual([0, 20_002, after]);
    expect(patches).toHaveLength(1);
    await settle();
    expect([from.count, column.count, names(column).slice(0, 6)]).toEqual([0, 20_002, after]);
  });

  it("has several refused cards at home again", async () => {
    const model = await loaded();
    const ids = [id(2), id(5)];
    await model.moveMany(ids, col(model, "talk"), 0, () => Promise.resolve());
    expect(col(model, "talk").count, "painted").toBe(2);
    await settle();
    expect([col(model, "new").count, col(model, "talk").count], "nothing was done").toEqual([20_000, 0]);
    expect(names(col(model, "new")).slice(2, 6)).toEqual(["Customer 2", "Customer 3", "Customer 4", "Customer 5"]);
  });

  it("picks from one card to another, also across those that are not held, and a column as a whole", async () => {
    const model = await loaded();
    const [picks, column] = [new Picks(), col(model, "new")];
    const picking = new Picking(picks, () => model);
    picking.toggle(model.card(id(2))!);
    model.want(column, 900, 910);
    await settle();
    expect(column.at(2), "the first one is not held any more").toBeUndefined();
    await picking.range(model.card(id(901))!);
    expect(picks.ids.size, "2 to 901").toBe(900);
    expect(picks.ids.has(id(450))).toBe(true);
    await picking.column(col(model, "intake"));
    expect(picks.ids.size).toBe(901);
    await picking.column(col(model, "intake"));
    expect(picks.ids.size, "once more lets go of none").toBe(901);
  });

  it("does nothing where a card is let go in its own place", async () => {
    const model = await loaded();
    const before = cards;
    for (const index of [3, 4]) expect(await model.move(model.card(id(3))!, col(model, "new"), index)).toBeUndefined();
    expect(cards).toBe(before);
  });

  it("lands behind cards that share one place, not at the foot of the column", async () => {
    cards = cards.map((c, i) => (i >= 1 && i <= 3 ? { ...c, board_key: place(1) } : c));
    const model = await loaded();
    const column = col(model, "new");
    await model.move(model.card(id(30_000))!, column, 2);
    const wanted = ["Customer 0", "Customer 1", "Customer 2", "Customer 3", "Customer 30000", "Customer 4"];
    expect(names(column).slice(0, 6), "painted where it will stand").toEqual(wanted);
    await settle();
    expect(names(column).slice(0, 6)).toEqual(wanted);
  });

  it("finds the place also where the neighbours are not held", async () => {
    const model = await loaded();
    const column = col(model, "new");
    await model.move(model.card(id(30_000))!, column, 15_000);
    await settle();
    expect(inStage("new").findIndex((c) => c.lead.id === id(30_000))).toBe(15_000);
    expect(column.count).toBe(20_001);
  });

  it("has a refused card at home again", async () => {
    const model = await loaded();
    refuse = "LEAD_FINAL";
    const outcome = await model.move(model.card(id(5))!, col(model, "talk"), 0);
    expect(outcome && "error" in outcome && ApiError.from(outcome.error).code).toBe("LEAD_FINAL");
    await settle();
    expect(col(model, "new").indexOf(id(5))).toBe(5);
    expect([col(model, "new").count, col(model, "talk").count]).toEqual([20_000, 0]);
  });

  it("takes a won card away at once, counts it, and sets the product's own status", async () => {
    const model = await loaded();
    let letGo: (() => void) | undefined;
    hold = (command) => (command === "change_leads" ? new Promise((next) => (letGo = next)) : Promise.resolve());
    const closing = model.close(model.card(id(5))!, "won");
    expect(col(model, "new").indexOf(id(5))).toBe(-1);
    expect([col(model, "new").count, model.closed.won]).toEqual([19_999, 4]);
    expect(model.closing("won")?.id, "not the one of one's own that comes first").toBe("s-won");
    await vi.advanceTimersByTimeAsync(1);
    letGo?.();
    await closing;
  });

  it("reads again only the columns that a change touches", async () => {
    const model = await loaded();
    asked = [];
    model.changed([id(30_000)]);
    await settle();
    expect(asked.map((ask) => ask.stage_id)).toEqual(["intake"]);
  });

  it("reads a column again whose count changed outside of what is held", async () => {
    const model = await loaded();
    model.want(col(model, "new"), 10_000, 10_010);
    await settle();
    // From the top of it to the other column: every row below has another number.
    cards = cards.map((c, i) =>
      i === 0 ? { ...c, lead: { ...c.lead, state: { ...c.lead.state, stage_id: "talk" } } } : c,
    );
    model.changed([id(0)]);
    await settle();
    expect(col(model, "new").at(10_000)?.name).toBe("Customer 10001");
    expect(names(col(model, "talk"))).toEqual(["Customer 0"]);
  });
});

describe("the view of a column", () => {
  const seen = [3, 4, 5].map((no) => ({ id: id(no), index: no }));
  it("follows when cards come above what one looks at", () => {
    expect(shiftOf(seen, (lead) => seen.findIndex((s) => s.id === lead) + 5)).toBe(2);
  });
  it("does not follow one that goes somewhere else on its own", () => {
    const now: Record<string, number> = { [id(3)]: 0, [id(4)]: 4, [id(5)]: 5 };
    expect(shiftOf(seen, (lead) => now[lead] ?? -1)).toBe(0);
  });
  it("stays where nothing of it is left", () => {
    expect(shiftOf(seen, () => -1)).toBe(0);
  });
});

describe("the keys", () => {
  const column = (...leads: string[]): Walked => ({ count: leads.length, indexOf: (lead) => leads.indexOf(lead) });

  it("walk from card to card and hold at the ends", () => {
    expect([stepIn(0, 3, "up"), stepIn(0, 3, "down"), stepIn(2, 3, "down")]).toEqual([0, 1, 2]);
    expect([stepIn(1, 30, "end"), stepIn(29, 30, "home"), stepIn(10, 30, "pagedown")]).toEqual([29, 0, 15]);
    expect(stepIn(-1, 0, "down"), "an empty column has none").toBe(-1);
    expect([stepAcross(0, 3, "left"), stepAcross(0, 3, "right"), stepAcross(2, 3, "right")]).toEqual([0, 1, 2]);
  });
  it("bring a card on top of the next column, and home again in its own", () => {
    const columns = [column("a", "b", "c"), column("d")];
    const right = stepTarget({ column: 0, place: 1 }, columns, "b", "right");
    expect(right).toEqual({ column: 1, place: 0 });
    expect(stepTarget(right, columns, "b", "down")).toEqual({ column: 1, place: 1 });
    expect(stepTarget({ column: 1, place: 1 }, columns, "b", "down"), "below the last").toEqual({
      column: 1,
      place: 1,
    });
    expect(stepTarget(right, columns, "b", "left")).toEqual({ column: 0, place: 1 });
    expect(stepTarget({ column: 0, place: 1 }, columns, "b", "end"), "no place more than cards").toEqual({
      column: 0,
      place: 2,
    });
  });
  it("count places without the card itself", () => {
    const own = column("a", "b", "c");
    expect([0, 1, 2].map((place) => indexOfPlace(own, "b", place))).toEqual([0, 1, 3]);
    expect([0, 1, 3].map((index) => placeOfIndex(own, "b", index))).toEqual([0, 1, 2]);
    expect(indexOfPlace(own, "x", 2)).toBe(2);
  });
});
