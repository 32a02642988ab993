// The list's window over a large view: bounded, contiguous, and right after any change (INB-07, INB-14).
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useTransport, type InboxRow, type ListConversations } from "../src/backend";
import { InboxModel, newSince } from "../src/features/inbox/list.svelte";
import { FIRST_VIEW } from "../src/features/inbox/view";

let rows: InboxRow[];
let limits: number[];
/** Answers are read when they are asked for and come when they are let go, like those of a busy database. */
let hold: ((command: string) => Promise<void>) | undefined;

function row(i: number): InboxRow {
  return {
    id: `c${String(i).padStart(6, "0")}`,
    contact_id: `p${i}`,
    name: `Contact ${i}`,
    saved: true,
    line: { id: "l", type: "simulator", name: "Line", color: "#8a8f98", connected: true },
    state: { state: "open" },
    blocked: false,
    last_at_ms: 1_000_000_000 - i * 1000,
    preview: null,
    unread: 0,
    manual_unread: false,
    waiting_since_ms: null,
    window_closes_at_ms: null,
    draft_text: null,
    failed_count: 0,
    photo: null,
    lead: null,
    next_follow_up: null,
    is_customer: false,
    tags: [],
  };
}
const sorted = () =>
  rows.filter((r) => r.state.state === "open").sort((a, b) => b.last_at_ms - a.last_at_ms || (a.id < b.id ? -1 : 1));

beforeEach(() => {
  rows = Array.from({ length: 100_000 }, (_, i) => row(i));
  limits = [];
  hold = undefined;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let cache: InboxRow[] | undefined;
  let of = rows;
  const all = () => (cache && of === rows ? cache : ((of = rows), (cache = sorted())));
  useTransport({
    async call(command, args) {
      const answer = await read(command, args);
      await hold?.(command);
      return answer;
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  function read(command: string, args: unknown): Promise<unknown> {
    if (command === "list_conversations") {
      const { after, from_index, limit } = args as ListConversations;
      limits.push(limit);
      const start = after ? all().findIndex((r) => r.id === after.id) + 1 : (from_index ?? 0);
      const page = all().slice(start, start + limit);
      const last = page.at(-1);
      return Promise.resolve({
        rows: page,
        next: last && start + limit < all().length ? { sort: last.last_at_ms, id: last.id } : null,
      });
    }
    if (command === "get_inbox_counts")
      return Promise.resolve({ all: all().length, unread: 0, badge: 0, snoozed: 0, closed: 0, blocked: 0 });
    const { ids } = args as { ids: string[] };
    return Promise.resolve(
      rows
        .filter((r) => ids.includes(r.id))
        .map((r) => ({ row: r, in_view: r.state.state === "open", key: { sort: r.last_at_ms, id: r.id } })),
    );
  }
});

afterEach(() => void vi.useRealTimers());
/** Everything that was going to happen without the answer that is held back has happened. */
const aWhile = () => vi.advanceTimersByTimeAsync(100);

/** Holds back the first answer to a command; let it go with what is returned. */
function holdFirst(of: string): () => void {
  let letGo!: () => void;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let first = true;
  hold = (command) => {
    if (command !== of || !first) return Promise.resolve();
    first = false;
    return held;
  };
  return letGo;
}

function change(id: string, patch: Partial<InboxRow>) {
  rows = rows.map((r) => (r.id === id ? { ...r, ...patch } : r));
}
function expectTruth(model: InboxModel) {
  const truth = sorted();
  expect(
    model.rows.map((r) => r.id),
    "the window is a piece of the view as it is now",
  ).toEqual(truth.slice(model.start, model.start + model.rows.length).map((r) => r.id));
}

describe("the list over 100,000 conversations", () => {
  it("holds at most 400 rows and reads at most 200 at a time, scrolled from end to end", async () => {
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    expect(model.total).toBe(100_000);
    for (const at of [0, 80, 160, 240, 320, 400, 480, 560, 50_000, 99_980, 99_900, 20]) {
      model.want(at, Math.min(100_000, at + 20));
      const wanted = sorted()[at]!.id;
      await vi.waitFor(() => expect(model.at(at)?.id, `row ${at} is there`).toBe(wanted));
      expect(model.rows.length).toBeLessThanOrEqual(400);
      expectTruth(model);
    }
    expect(Math.max(...limits)).toBeLessThanOrEqual(200);
  });

  it("moves a conversation with a new message to the top", async () => {
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    change("c000050", { last_at_ms: 2_000_000_000, unread: 1 });
    model.changed(["c000050"]);
    await vi.waitFor(() => expect(model.at(0)?.id).toBe("c000050"));
    expectTruth(model);
  });

  it("brings one in from far below, and takes a closed one out", async () => {
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    change("c090000", { last_at_ms: 2_000_000_000 });
    change("c000003", { state: { state: "closed", reason: null } });
    model.changed(["c090000", "c000003"]);
    await vi.waitFor(() => expect(model.at(0)?.id).toBe("c090000"));
    expect(model.indexOf("c000003")).toBe(-1);
    expect(model.total).toBe(99_999);
    expectTruth(model);
  });

  it("is right after a thousand random changes", async () => {
    rows = rows.slice(0, 2000);
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    let seed = 11;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let i = 0; i < 1000; i++) {
      const id = rows[random(i % 3 === 0 ? 2000 : 150)]!.id;
      const now = rows.find((r) => r.id === id)!;
      if (random(4) === 0)
        change(id, { state: now.state.state === "open" ? { state: "closed", reason: null } : { state: "open" } });
      else change(id, { last_at_ms: 1_000_000_000 + i * 10 });
      model.changed([id]);
      if (i % 50 === 49) {
        await vi.waitFor(() => expectTruth(model));
      }
    }
  });

  it("keeps what is newer when an older answer comes later", async () => {
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    const letGo = holdFirst("get_inbox_rows");
    change("c000003", { unread: 3 });
    model.changed(["c000003"]);
    await aWhile();
    change("c000003", { unread: 0 });
    model.changed(["c000003"]);
    await aWhile();
    letGo();
    await vi.waitFor(() => expect(model.at(3)?.unread).toBe(0));
    await aWhile();
    expect(model.at(3)?.unread, "it was read, whatever was answered last").toBe(0);
  });

  it("does not put a page over a change that came while the page was read", async () => {
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    const letGo = holdFirst("list_conversations");
    model.want(70, 95);
    await vi.waitFor(() => expect(limits.length).toBe(2));
    change("c000150", { unread: 7 });
    model.changed(["c000150"]);
    await aWhile();
    letGo();
    await vi.waitFor(() => expect(model.at(150)?.unread, "the row as it is now").toBe(7));
  });

  it("asks the app which of two of the same second comes first", async () => {
    const model = new InboxModel(FIRST_VIEW, () => null);
    await model.reload(0);
    // By id it would stand behind the last loaded row, and be left out; the app's order has it before.
    const last = model.rows.at(-1)!;
    rows = rows.map((r) => (r.id === "c050000" ? { ...r, id: "a", last_at_ms: last.last_at_ms } : r));
    model.changed(["a"]);
    await vi.waitFor(() => expect(model.indexOf("a")).toBe(99));
    change("c000001", { last_at_ms: 2_000_000_000 });
    change("c000002", { last_at_ms: 2_000_000_000 });
    model.changed(["c000001", "c000002"]);
    await vi.waitFor(() => expectTruth(model));
    expect(model.at(0)?.last_at_ms).toBe(2_000_000_000);
  });

  it("counts what came above the reader, and not what was unread before", () => {
    const at = (i: number, unread: number, last_at_ms: number) => ({ ...row(i), unread, last_at_ms });
    const above = [at(1, 2, 300), at(2, 0, 290), at(3, 1, 200), at(4, 5, 100)];
    expect(newSince(above, 200)).toBe(1);
    expect(newSince([], 200)).toBe(0);
  });
});
