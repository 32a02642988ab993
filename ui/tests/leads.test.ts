// The table of leads: what a filter asks for, which columns stand where, who is picked, which pages have a button, and
// what came of a deed on many (LED-01, LED-07, LED-09).
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pushUndo } from "../src/app/undo.svelte";
import { type CardView, type LeadPage, type LeftOut, type ListLeads, type WhyLeft } from "../src/backend";
import { choose, chosenOf, RANGE, valueText } from "../src/features/filters/fields";
import { startEvents } from "../src/app/events";
import { showLocale } from "../src/app/locale.svelte";
import { readSale } from "../src/app/sale.svelte";
import { undoLast } from "../src/app/act";
import { currentToast } from "../src/app/toast.svelte";
import { Bulk, reportWords } from "../src/features/leads/page/bulk.svelte";
import { firstColumns, wholeColumns } from "../src/features/leads/page/columns";
import { LeadsModel } from "../src/features/leads/page/model.svelte";
import { pagesShown } from "../src/features/leads/page/pages";
import { Picks } from "../src/app/lead-picks.svelte";
import { contactFilter, fieldsOn, leadFilter, only, rangeOf, without, type Filters } from "../src/lib/lead-filter";
import { setScoreBands } from "../src/lib/bands.svelte";
import { bandName, bandOf, bandTo } from "../src/lib/score";
import { hostAnswers } from "./transport";

const at = (day: number, hour = 0) => new Date(2026, 10, day, hour).getTime();

function card(no: number, isClosed = false): CardView {
  const closed = isClosed ? { at_ms: 1, category: "won", from_status_id: "new" } : null;
  return {
    lead: { id: `lead-${no}`, contact_id: `contact-${no}`, last_event_id: "e", state: { status_id: "s", closed } },
    name: `Customer ${no}`,
    tags: [],
    conversation: null,
  } as unknown as CardView;
}

/** What the app reports of a deed on one. */
const ONE_DONE = {
  ...{ done: 1, skipped: 0, left_out: [], left: 0 },
  error: null,
};

const left = (why: WhyLeft, count: number): LeftOut => ({ why, count, people: [] });

describe("a filter", () => {
  const now = at(28, 15);

  it("of contacts asks for what is known of contacts, and when they were last spoken to", () => {
    const filters: Filters = {
      tag_ids: ["vip", "cash"],
      all_tags: true,
      responsible_ids: [],
      nobodys: true,
      last_activity: { not_in_days: 7 },
      stage_ids: ["intake"],
    };
    expect(contactFilter(filters, now)).toEqual({
      tag_ids: ["vip", "cash"],
      all_tags: true,
      nobodys: true,
      last_talk: { until_ms: at(22) },
    });
    expect(contactFilter({ source_ids: [], status_ids: [] }, now), "what says nothing filters nothing").toEqual({});
  });

  it("means days, and is asked for in moments of today", () => {
    expect(rangeOf({ last_days: 1 }, now)).toEqual({ since_ms: at(28) });
    expect(rangeOf({ last_days: 7 }, now)).toEqual({ since_ms: at(22) });
    expect(rangeOf({ not_in_days: 7 }, now)).toEqual({ until_ms: at(22) });
    expect(rangeOf({ from: "2026-11-03", to: "2026-11-05" }, now), "the last day is inside").toEqual({
      since_ms: at(3),
      until_ms: at(6),
    });
    expect(rangeOf({ to: "2026-11-05" }, now)).toEqual({ until_ms: at(6) });
    expect(rangeOf({ from: "soon" }, now), "what is no day filters nothing").toEqual({});
  });

  it("means today when it asks for what is to be done today", () => {
    // 29 November begins where the day of `now` ends.
    expect(leadFilter({ follow_up: "today" }, "active", now)).toEqual({
      tab: "active",
      follow_up: { is: "today", day_end_ms: at(29) },
    });
    expect(leadFilter({ follow_up: "overdue" }, "active", now).follow_up).toEqual({ is: "overdue" });
    expect(leadFilter({ follow_up: "none" }, "active", now).follow_up).toEqual({ is: "none" });
    expect(fieldsOn({ follow_up: "planned" })).toEqual(["follow_up"]);
    expect(without({ follow_up: "planned", has_unread: true }, "follow_up")).toEqual({ has_unread: true });
    expect(valueText({ follow_up: "overdue" }, "follow_up"), "its chip").toBe("Overdue");
    expect(choose({ follow_up: "overdue" }, "follow_up", []).follow_up, "taken back").toBeUndefined();
  });

  it("says nothing of what is not chosen", () => {
    const filters: Filters = { status_ids: [], nobodys: false, stale_days: undefined, markers: ["urgent"] };
    expect(leadFilter(filters, "active", now)).toEqual({ tab: "active", markers: ["urgent"] });
    expect(fieldsOn(filters)).toEqual(["marker"]);
  });

  it("keeps an empty list of people: that is nobody", () => {
    expect(leadFilter({ contact_ids: [] }, "all", now)).toEqual({ tab: "all", contact_ids: [] });
    expect(fieldsOn({ contact_ids: [] })).toEqual(["people"]);
  });

  it("loses one field whole, and on another screen all that it does not have", () => {
    const filters: Filters = { responsible_ids: ["ana"], nobodys: true, tag_ids: ["vip"], all_tags: true };
    expect(without(filters, "responsible")).toEqual({ tag_ids: ["vip"], all_tags: true });
    expect(only(filters, ["tag"])).toEqual({ tag_ids: ["vip"], all_tags: true });
  });

  it("reads back what was chosen in each field", () => {
    const round = (field: Parameters<typeof choose>[1], values: string[]) => chosenOf(choose({}, field, values), field);
    expect(round("responsible", ["ana", "nobody"])).toEqual(["ana", "nobody"]);
    expect(round("score", ["hot"])).toEqual(["hot"]);
    expect(round("score", ["none"])).toEqual(["none"]);
    expect(round("stale", ["14"])).toEqual(["14"]);
    expect(round("last_activity", ["not 30"])).toEqual(["not 30"]);
    expect(choose({ score: { is: "without" } }, "score", []).score, "taken back").toBeUndefined();
    expect(chosenOf({ score: { is: "between", min: 10, max: 90 } }, "score"), "no band of ours").toEqual(["range"]);
  });
});

it("39 is cold, 40 and 69 are warm, 70 is hot", () => {
  expect([0, 39, 40, 69, 70, 100].map(bandOf)).toEqual(["cold", "cold", "warm", "warm", "hot", "hot"]);
});

it("counts a score to the band of the workspace, by its own name and bounds", () => {
  setScoreBands([
    { band: "cold", from: 0, name: "", color: "" },
    { band: "warm", from: 20, name: "Interested", color: "#1f7a3d" },
    { band: "hot", from: 90, name: "", color: "" },
  ]);
  expect([19, 20, 89, 90].map(bandOf)).toEqual(["cold", "warm", "warm", "hot"]);
  expect(bandTo("warm")).toBe(89);
  expect(bandName("warm")).toBe("Interested");
  expect(bandName("hot"), "the product's word where there is no other").toBe("Hot");
  expect(choose({}, "score", ["warm"]), "by its name, so that a moved bound moves the answer").toEqual({
    score: { is: "band", band: "warm" },
  });
  expect(chosenOf({ score: { is: "between", min: 40, max: 69 } }, "score"), "one that was kept as scores").toEqual([
    RANGE,
  ]);
  setScoreBands([]);
  expect(bandOf(40)).toBe("warm");
});

describe("the columns", () => {
  const shown = (isNarrow: boolean) =>
    firstColumns(isNarrow)
      .filter(({ shown }) => shown)
      .map(({ id }) => id);

  it("are fewer in a narrow window until a person chooses", () => {
    expect(shown(false)).toContain("source");
    expect(shown(true)).not.toContain("source");
    expect(shown(true)).toContain("status");
    expect(shown(true), "its filter stands above the table").toContain("stage");
  });

  it("stand as they were remembered, with what is new at its own place and what is gone left out", () => {
    const kept = [
      { id: "status", shown: true },
      { id: "contact", shown: false },
      { id: "shoe_size", shown: true },
      { id: "status", shown: false },
    ] as Parameters<typeof wholeColumns>[0];
    const whole = wholeColumns(kept, false);
    expect(whole.map(({ id }) => id).sort()).toEqual(
      firstColumns(false)
        .map(({ id }) => id)
        .sort(),
    );
    expect(whole.find(({ id }) => id === "contact")?.shown, "who it is always stands there").toBe(true);
    const order = whole.map(({ id }) => id);
    expect(order.indexOf("status"), "before the name, as chosen").toBeLessThan(order.indexOf("contact"));
  });
});

describe("picks", () => {
  const cards = [card(0), card(1, true), card(2), card(3), card(4)];

  it("take a range of active leads and leave closed ones out", () => {
    const picks = new Picks();
    picks.toggle(cards[0]!, cards);
    picks.range(cards[3]!, cards);
    expect([...picks.ids]).toEqual(["lead-0", "lead-2", "lead-3"]);
    picks.toggle(cards[1]!, cards);
    expect(picks.has(cards[1]!), "a closed one is never picked").toBe(false);
    expect(picks.state(cards)).toBe("some");
    picks.page(cards, true);
    expect(picks.state(cards)).toBe("all");
  });

  it("of all that match go on from the page when one is taken out", () => {
    const picks = new Picks();
    picks.all = true;
    expect(picks.target({ tab: "active" }, "ana")).toEqual({
      what: "matching",
      filter: { tab: "active" },
      text: "ana",
    });
    picks.toggle(cards[2]!, cards);
    expect([...picks.ids].sort()).toEqual(["lead-0", "lead-3", "lead-4"]);
    expect(picks.count(4000), "only those that are known").toBe(3);
  });

  it("lose who was closed or is gone meanwhile", async () => {
    const picks = new Picks();
    picks.page(cards, true);
    await picks.again(["lead-0", "lead-2", "lead-9"], async (ids) => {
      expect(ids, "only the picked ones are asked for").toEqual(["lead-0", "lead-2"]);
      return [card(0, true), card(2)];
    });
    expect([...picks.ids].sort()).toEqual(["lead-2", "lead-3", "lead-4"]);
    await picks.again([], async () => [card(4)]);
    expect([...picks.ids]).toEqual(["lead-4"]);
  });
});

it("the pages with a button are always as many", () => {
  expect(pagesShown(0, 3)).toEqual([0, 1, 2]);
  expect(pagesShown(0, 104)).toEqual([0, 1, 2, 3, 4, undefined, 103]);
  expect(pagesShown(50, 104)).toEqual([0, undefined, 49, 50, 51, undefined, 103]);
  expect(pagesShown(103, 104)).toEqual([0, undefined, 99, 100, 101, 102, 103]);
  expect(pagesShown(4, 104)).toHaveLength(7);
});

it("a report counts what was done, left alone and not come to", () => {
  const report = { left_out: [left({ why: "same" }, 4)], undo: null, error: null, done: 1280, skipped: 4, left: 0 };
  expect(reportWords("Moved", report)).toBe("Moved · 1,280 done · 4 were so already");
  const closed = [left({ why: "closed" }, 4)];
  expect(reportWords("Moved", { ...report, left_out: closed })).toBe(
    "Moved · 1,280 done · 4 closed leads were skipped",
  );
  expect(reportWords("Moved", { ...report, done: 0, left_out: closed }), "no deed is called done").toBe(
    "Nothing changed: 4 closed leads were skipped",
  );
  expect(reportWords("Moved", { ...report, done: 0, left_out: [], skipped: 0 })).toBe("Nothing changed");
  expect(reportWords("Moved", { ...report, left_out: [], skipped: 0, left: 640 })).toBe(
    "Moved · 1,280 done · 640 not done",
  );
});

it("a report says which fields they lack that were left alone, beside those that were for another reason", async () => {
  const fields = [
    { id: "size", of: "lead", name: "Size" },
    { id: "date", of: "contact", name: "Wedding" },
  ];
  hostAnswers(() =>
    Promise.resolve({ statuses: [], funnels: [], sources: [], reasons: [], members: [], settings: {}, fields }),
  );
  await readSale();
  const none = { left: 0, undo: null, error: null, done: 8 };
  const report = { ...none, skipped: 3, left_out: [left({ why: "unfilled", field_ids: ["size"] }, 3)] };
  expect(reportWords("Moved", report)).toBe("Moved · 8 done · 3 skipped: they lack “Size”");
  const left_out = [
    left({ why: "closed" }, 2),
    left({ why: "unfilled", field_ids: ["size", "date"] }, 1),
    left({ why: "same" }, 3),
  ];
  const mixed = { ...report, skipped: 6, left_out };
  expect(reportWords("Moved", mixed)).toBe(
    "Moved · 8 done · 2 closed leads were skipped · 1 skipped: it lacks “Size”, “Wedding” · 3 were so already",
  );
  for (const [language, words] of [
    ["es", ["Moved · 8 hechos · 3 omitidos: les falta “Size”", "Nada cambió: 1 omitido: le faltan “Size”, “Wedding”"]],
    ["pt", ["Moved · 8 feitos · 3 ignorados: falta “Size”", "Nada mudou: 1 ignorado: faltam “Size”, “Wedding”"]],
  ] as const) {
    showLocale(language);
    const nothing = { ...none, done: 0, skipped: 1, left_out: left_out.slice(1, 2) };
    expect([reportWords("Moved", report), reportWords("Moved", nothing)]).toEqual(words);
  }
  showLocale("en");
});

describe("a deed on many", () => {
  it("says how far it is, is stopped, and reports what was not come to", async () => {
    let emit: ((event: unknown) => void) | undefined;
    const called: [string, unknown][] = [];
    let finish: (report: unknown) => void = () => undefined;
    hostAnswers(
      (command, args) => {
        called.push([command, args]);
        return command === "bulk_leads" ? new Promise((done) => (finish = done)) : {};
      },
      (handler) => {
        emit = handler;
        return () => undefined;
      },
    );
    const stops = [startEvents()];
    const bulk = new Bulk();
    stops.push(bulk.listen());
    const target = { what: "matching" as const, filter: { tab: "active" as const } };
    const running = bulk.run("Marked", target, 600, { marker: "urgent" });
    await expect.poll(() => [called.length, emit !== undefined]).toEqual([1, true]);
    const { id } = called[0]![1] as { id: string };
    emit?.({ event: "bulk_progress", id: "another", done: 600, total: 600 });
    emit?.({ event: "bulk_progress", id, done: 200, total: 600 });
    expect(bulk.now).toMatchObject({ done: 200, total: 600 });
    bulk.cancel();
    bulk.cancel();
    await expect.poll(() => called.slice(1)).toEqual([["cancel_bulk", { id }]]);
    finish({
      done: 200,
      skipped: 0,
      left_out: [],
      left: 400,
      undo: null,
      error: null,
    });
    expect(await running).toBe(true);
    expect(bulk.now).toBeUndefined();
    expect(currentToast()?.text).toBe("Marked · 200 done · 400 not done");
    stops.forEach((stop) => stop());
  });
  it("waits for the one before it, with its own report and undo", async () => {
    const asked: { args: { id: string; patch: unknown }; finish: (report: unknown) => void }[] = [];
    const taken: unknown[] = [];
    hostAnswers((command, args: { id: string; patch: unknown }) => {
      if (command === "bulk_leads") return new Promise((finish) => asked.push({ args, finish }));
      taken.push(args);
      return { is_done: true, left_out: [] };
    });
    const report = {
      done: 2,
      skipped: 0,
      left_out: [],
      left: 0,
      error: null,
    };
    const target = { what: "ids" as const, ids: ["a", "b"] };
    const bulk = new Bulk();
    const first = bulk.run("Marked", target, 2, { marker: "urgent" });
    const second = bulk.run("Noted", target, 2, { note: "likes blue" });
    await expect.poll(() => bulk.now?.label).toBe("Marked");
    expect([asked.length, bulk.waiting], "one at a time, and the other is not lost").toEqual([1, 1]);
    asked[0]!.finish({ ...report, undo: { id: "first" } });
    expect(await first).toBe(true);
    expect(currentToast()?.text).toBe("Marked · 2 done");
    await expect.poll(() => bulk.now?.label).toBe("Noted");
    expect(asked[1]!.args.patch).toEqual({ note: "likes blue" });
    expect(asked[1]!.args.id, "each is stopped on its own").not.toBe(asked[0]!.args.id);
    asked[1]!.finish({ ...report, undo: { id: "second" } });
    expect(await second).toBe(true);
    expect([bulk.now, bulk.waiting]).toEqual([undefined, 0]);
    await undoLast();
    await undoLast();
    expect(taken).toEqual([{ id: "second" }, { id: "first" }]);
  });
  it("is not done at all when it was taken back before its turn, and one that fails holds nobody up", async () => {
    const asked: { patch: unknown; fail: (error: unknown) => void; finish: (report: unknown) => void }[] = [];
    hostAnswers((command: string, args: unknown) => {
      if (command !== "bulk_leads") return Promise.resolve({});
      const { patch } = args as { patch: unknown };
      return new Promise((finish, fail) => asked.push({ patch, fail, finish }));
    });
    const target = { what: "ids" as const, ids: ["a"] };
    const bulk = new Bulk();
    const first = bulk.run("Marked", target, 1, { marker: "urgent" });
    const second = bulk.run("Noted", target, 1, { note: "wrong" });
    await undoLast();
    const third = bulk.run("Noted", target, 1, { note: "right" });
    await expect.poll(() => asked.length).toBe(1);
    asked[0]!.fail(new Error("offline"));
    expect(await first).toBe(false);
    expect(await second).toBe(false);
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]!.patch).toEqual({ note: "right" });
    asked[1]!.finish({ ...ONE_DONE, undo: null });
    expect(await third).toBe(true);
  });
  it("is what Ctrl+Z takes back from the moment it begins, never the deed before it", async () => {
    let finish: ((report: unknown) => void) | undefined;
    const taken: unknown[] = [];
    hostAnswers((command: string, args: unknown) => {
      if (command === "bulk_leads") return new Promise((done) => (finish = done));
      taken.push(args);
      return Promise.resolve({ is_done: true, left_out: [] });
    });
    pushUndo({
      label: "before",
      undo: () => {
        taken.push("the deed before");
        return "done";
      },
    });
    const target = { what: "ids" as const, ids: ["a"] };
    const running = new Bulk().run("Marked", target, 1, { marker: "urgent" });
    const undoing = undoLast();
    await expect.poll(() => finish).toBeDefined();
    finish!({ ...ONE_DONE, undo: { id: "token" } });
    await Promise.all([running, undoing]);
    expect(taken).toEqual([{ id: "token" }]);
  });
});

describe("the table", () => {
  let asked: ListLeads[];
  let total = 130;
  let hold: Promise<void> | undefined;
  beforeEach(() => {
    asked = [];
    total = 130;
    hold = undefined;
    hostAnswers(async (command: string, args: unknown) => {
      if (command !== "list_leads") throw new Error(command);
      const ask = args as ListLeads;
      asked.push(ask);
      const wait = hold;
      const count = Math.max(0, Math.min(ask.limit, total - ask.offset));
      const page: LeadPage = {
        cards: Array.from({ length: count }, (_, i) => card(ask.offset + i)),
        total,
        tabs: { active: total, inactive: 0, all: total },
      };
      await wait;
      return page;
    });
  });
  afterEach(() => {
    hold = undefined;
  });

  it("goes back to the last page when the one that was shown is gone", async () => {
    const model = new LeadsModel({});
    await model.load();
    await model.turn(2);
    expect([model.page, model.cards.length]).toEqual([2, 30]);
    total = 60;
    await model.load();
    expect([model.page, model.cards.length]).toEqual([1, 10]);
  });

  it("begins at the first page with another order, tab or search", async () => {
    const model = new LeadsModel({});
    await model.load();
    await model.turn(1);
    await model.sortBy("score", true);
    expect(asked.at(-1)).toMatchObject({ offset: 0, sort: "score", descending: true });
    await model.sortBy("score", true);
    expect(asked.at(-1), "the same column again turns it around").toMatchObject({ descending: false });
    await model.turn(1);
    await model.find("  ana ");
    expect(asked.at(-1)).toMatchObject({ offset: 0, text: "ana" });
  });

  it("is not painted by an answer that a later question has overtaken", async () => {
    const model = new LeadsModel({});
    let letGo = () => undefined as void;
    hold = new Promise((done) => (letGo = done));
    const slow = model.load();
    hold = undefined;
    total = 3;
    await model.load();
    letGo();
    await slow;
    expect(model.total).toBe(3);
  });

  it("is read once for many changes of a moment", async () => {
    const model = new LeadsModel({});
    await model.load();
    const before = asked.length;
    for (let i = 0; i < 50; i++) model.changed();
    await expect.poll(() => asked.length).toBe(before + 1);
  });
});
