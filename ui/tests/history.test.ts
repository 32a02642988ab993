// A lead's history in sentences: the names of then, who it was, what followed, and what was taken back.
import { afterEach, describe, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import type { HistoryEvent, Lead, LeadState } from "../src/backend";
import { entryOf, historyText, leadTitles, takenBack, threadSteps, withImports, type Known } from "../src/lib/history";
import { tell } from "../src/features/notes/words";
import { scoreOf } from "../src/features/leads/score";

afterEach(() => showLocale("en"));

const state = (patch: Partial<LeadState> = {}): LeadState => ({
  status_id: "new",
  stage_id: "intake",
  stage_since_ms: 0,
  position: "V",
  placed_at_ms: 0,
  marker: "none",
  made_by: "e0",
  ...patch,
});
const named = (id: string, code?: string, name = "") => ({ id, code, name });
let no = 0;
const event = (patch: Partial<HistoryEvent>): HistoryEvent => ({
  id: `e${++no}`,
  contact_id: "k",
  lead_id: "l1",
  at_ms: 1_800_000_000_000,
  by: { by: "member", id: "ana" },
  kind: "changed",
  before: state(),
  after: state(),
  names: [named("new", "new"), named("intake", "intake"), named("quoted", undefined, "Quoted")],
  note: "",
  ...patch,
});
const known: Known = {
  name: (id) => (id === "gone" ? "" : `now ${id}`),
  member: (id) => (id === "ana" ? "Ana" : ""),
  currency: "BRL",
};
const said = (of: HistoryEvent) => entryOf(of, known, new Map());

describe("the history of a lead", () => {
  it("says who moved it, and what followed from that", () => {
    const moved = said(
      event({
        after: state({ stage_id: "quoted", status_id: "contacted" }),
        names: [
          named("new", "new"),
          named("intake", "intake"),
          named("quoted", undefined, "Quoted"),
          named("contacted", "contacted"),
        ],
      }),
    );
    expect(moved.text).toBe("Ana moved it from Intake to Quoted");
    expect(moved.more).toEqual(["Lead status: New → Contacted"]);
    expect(moved.kinds).toEqual(["status", "stage"]);
  });
  it("keeps the name that a status had then, although it is called otherwise now", () => {
    expect(said(event({ after: state({ status_id: "quoted" }) })).text).toBe(
      "Ana changed the lead status from New to Quoted",
    );
  });
  it("says what the product and the customer did by themselves", () => {
    const names = [named("new", "new"), named("contacted", "contacted")];
    const by = { by: "automation" } as const;
    expect(said(event({ by, names, after: state({ status_id: "contacted" }) })).text).toBe(
      "The first answer made it Contacted",
    );
    expect(said(event({ by: { by: "customer" }, kind: "opened", before: null })).text).toBe(
      "The customer wrote, and this lead began",
    );
    expect(said(event({ by: { by: "customer" }, before: state({ marker: "done" }) })).text).toContain("Done");
  });
  it("tells a closing with its reason and its note", () => {
    const closed = { at_ms: 1, category: "lost", reason_id: "price", from_status_id: "new" } as const;
    const lost = said(
      event({
        after: state({ status_id: "lost", closed }),
        names: [named("lost", "lost"), named("price", "price")],
        note: "Too dear",
      }),
    );
    expect(lost).toMatchObject({
      sign: "lost",
      text: "Ana closed it: Lost",
      more: ["Reason: Price"],
      note: "Too dear",
      kinds: ["status", "note"],
    });
  });
  it("tells a score, a marker and a responsible in each language without a hole", () => {
    const changes = [
      { marker: "urgent" as const },
      { score: { value: 70, by: "manual" as const } },
      { responsible_id: "ana" },
      { responsible_id: "bia" },
    ];
    for (const locale of ["en", "es", "pt"] as const) {
      showLocale(locale);
      for (const change of changes) {
        const { text } = said(event({ after: state(change), names: [named("bia", undefined, "Bia")] }));
        expect(text).not.toMatch(/undefined|\{/);
        expect(text.startsWith("Ana ")).toBe(true);
      }
    }
  });
  it("marks what was taken back, until that was taken back too", () => {
    const first = event({ after: state({ marker: "urgent" }) });
    const undone = event({ kind: "undone", before: first.after, after: state(), undoes: first.id });
    expect([...takenBack([undone, first]).keys()]).toEqual([first.id]);
    const redone = event({ kind: "undone", before: state(), after: first.after, undoes: undone.id });
    expect([...takenBack([redone, undone, first]).keys()]).toEqual([undone.id]);
    expect(said(undone)).toMatchObject({ text: "Ana took a step back", more: ["Marker: \u25fb\ufe0e No marker"] });
  });
  it("says in its text what does not stand any more, who took it back, and when", () => {
    const first = event({ after: state({ marker: "urgent" }), at_ms: 1 });
    const undone = event({ kind: "undone", before: first.after, after: state(), undoes: first.id, at_ms: 2 });
    const gone = takenBack([undone, first]);
    const text = historyText(
      [undone, first].map((one) => entryOf(one, known, gone)),
      () => "Lead",
      (at_ms) => `day ${at_ms}`,
    );
    expect(text.split("\n").slice(1)).toEqual([
      "day 2 · Ana took a step back · Marker: \u25fb\ufe0e No marker",
      "day 1 · Ana marked it 🔥 Urgent · Taken back by Ana, day 2",
    ]);
  });
  it("of an imported lead says so instead of who opened it", () => {
    const opened = event({ kind: "opened", before: null });
    const imported = withImports(known, new Set(["l1"]));
    expect(entryOf(opened, imported, new Map()).text).toBe("The lead came with an import");
    expect(entryOf({ ...opened, lead_id: "l2" }, imported, new Map()).text, "another one").toBe("Ana opened it");
  });
  it("names every lead, also one that is no more", () => {
    const lead = (id: string, number: number) => ({ id, number, cycle: 1 }) as Lead;
    const at_ms = new Date(2026, 10, 28, 12).getTime();
    const events = [
      event({ lead_id: "gone", removed: lead("gone", 8) }),
      event({ lead_id: "joined", kind: "opened", before: null, at_ms }),
    ];
    const title = leadTitles([lead("l1", 7)], events);
    expect(["l1", "gone", "joined", "older"].map(title)).toEqual([
      "Lead #7 · cycle 1",
      "Lead #8 · cycle 1",
      "Lead of Nov 28, 2026 · joined with another",
      "Lead joined with another",
    ]);
    expect(leadTitles([], events)("joined"), "they are not read yet").toBe("Lead");
  });
  it("says in the activity of which lead it is told", () => {
    const opened = event({ kind: "opened", before: null });
    const item = { what: "history" as const, id: opened.id, at_ms: 1, event: opened, by_import: false, undone: null };
    expect(tell(item, known, () => "Lead #7").more).toEqual(["Lead #7"]);
    expect(tell(item, known).more, "of the only one nothing has to be said").toEqual([]);
  });
  it("is struck through in the activity as well", () => {
    const marked = event({ after: state({ marker: "urgent" }) });
    const item = { what: "history" as const, id: marked.id, at_ms: 1, event: marked, by_import: false };
    expect(tell({ ...item, undone: null }, known).back).toBe("");
    const undone = { by: { by: "member" as const, id: "ana" }, at_ms: 2 };
    expect(tell({ ...item, undone }, known).back).toMatch(/^Taken back by Ana, /);
  });
  it("is copied as lines of text under the cycle that they belong to", () => {
    const entries = [
      event({ id: "b", lead_id: "l2", kind: "opened", before: null, by: { by: "customer" } }),
      event({ id: "a", lead_id: "l1", note: "Calls\nback" }),
    ].map(said);
    expect(
      historyText(
        entries,
        (id) => `Lead ${id}`,
        () => "today",
      ),
    ).toBe(
      "Lead l2\ntoday · The customer wrote, and this lead began\n\nLead l1\ntoday · Ana added a note\n    Calls\n    back",
    );
  });
});

describe("a score", () => {
  it.each([
    ["", null],
    ["0", 0],
    ["100", 100],
    ["101", undefined],
    ["-1", undefined],
    ["7.5", undefined],
    ["hot", undefined],
  ])("typed as %j is %j", (text, value) => {
    expect(scoreOf(text)).toBe(value);
  });
});

describe("the history between the messages", () => {
  it("tells how the sale went in the same words, the oldest first, and leaves the rest to the history", () => {
    const opened = event({ before: undefined, kind: "opened", by: { by: "customer" } });
    const marked = event({ after: state({ marker: "urgent" }) });
    const given = event({ after: state({ responsible_id: "ana" }) });
    const wrong = event({ after: state({ status_id: "quoted" }) });
    const back = event({ kind: "undone", before: wrong.after, after: state(), undoes: wrong.id });
    const won = event({
      after: state({ status_id: "quoted", closed: { at_ms: 0, category: "won", from_status_id: "new" } }),
    });
    const all = [won, back, wrong, given, marked, opened];
    const told = threadSteps(all, known);
    expect(
      told.map(({ id }) => id),
      "no marker, and nothing that was taken back",
    ).toEqual([opened.id, given.id, won.id]);
    expect(told.at(-1)?.text).toBe(said(won).text);
    const redone = event({ kind: "undone", before: state(), after: wrong.after, undoes: back.id });
    expect(threadSteps([redone, ...all.slice(1)], known).map(({ id }) => id)).toContain(wrong.id);
  });
});
