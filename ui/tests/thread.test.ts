// A thread looks the same however its messages arrive (THR-03, I7), and keeps to what it shows.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  useTransport,
  type HistoryEvent,
  type Lead,
  type ListHistory,
  type ListMessages,
  type MessageView,
  type GetThread,
} from "../src/backend";
import { days } from "../src/features/thread/days";
import { ThreadModel } from "../src/features/thread/model.svelte";
import { pictureBox } from "../src/features/thread/picture";
import { readUpTo } from "../src/features/thread/reading";
import { onlyEmoji, pieces } from "../src/lib/text";

let stored: MessageView[];
/** To leads, the newest first. */
let happened: HistoryEvent[];
let leads: Partial<Lead>[];
/** An answer is read when it is asked for, and comes when it is let go. */
let hold: ((command: string) => Promise<void>) | undefined;

function message(seq: number, more: Partial<MessageView> = {}): MessageView {
  return {
    id: `m${seq}`,
    conversation_id: "c",
    direction: seq % 3 === 0 ? "out" : "in",
    author: { by: "customer" },
    author_name: "María",
    body: { kind: "text", text: `message ${seq}` },
    key: { sort_s: 1000 + Math.floor(seq / 4), conv_seq: seq },
    inbound_no: seq % 3 === 0 ? null : seq,
    at_ms: 1_700_000_000_000 + seq * 60_000,
    received_at_ms: 1_700_000_000_000 + seq * 60_000,
    delivery: "received",
    held_until_ms: null,
    attempt: 1,
    error: null,
    waiting_for: null,
    quote: null,
    reactions: [],
    edited_at_ms: null,
    earlier: [],
    deleted_at_ms: null,
    wanted_edit: null,
    change_waiting: false,
    allowed: [],
    ...more,
  };
}
const byKey = (a: MessageView, b: MessageView) => a.key.sort_s - b.key.sort_s || a.key.conv_seq - b.key.conv_seq;
let view = { id: "c", contact_id: "p", unread: 0, read_inbound: 0, manual_unread: false };

beforeEach(() => {
  stored = [];
  happened = [];
  leads = [];
  hold = undefined;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  view = { ...view, unread: 0, read_inbound: 0 };
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
  async function read(command: string, args: unknown): Promise<unknown> {
    if (command === "get_thread") {
      const { steps, with_events } = args as GetThread;
      const [opened, page] = await Promise.all([read("get_conversation", {}), read("list_messages", args)]);
      return { view: opened, page, steps: with_events ? happened.slice(0, steps) : [], notes: [] };
    }
    if (command === "list_leads_of_contact") return Promise.resolve(leads);
    if (command === "list_notes") return Promise.resolve({ notes: [], total: 0 });
    if (command === "get_conversation") return Promise.resolve({ ...view });
    if (command === "list_history") {
      const { before, limit } = args as ListHistory;
      const events = happened.filter((event) => !before || event.at_ms < before.at_ms).slice(0, limit);
      return Promise.resolve({ events, undoable: [] });
    }
    if (command === "get_messages")
      return Promise.resolve(stored.filter((m) => (args as { ids: string[] }).ids.includes(m.id)));
    const { at, limit } = args as ListMessages;
    const all = [...stored].sort(byKey);
    const index = (key: MessageView["key"]) =>
      all.findIndex((m) => m.key.sort_s === key.sort_s && m.key.conv_seq === key.conv_seq);
    let [from, to] = [Math.max(0, all.length - limit), all.length];
    if (at.at === "before") [from, to] = [Math.max(0, index(at.key) - limit), index(at.key)];
    if (at.at === "after") [from, to] = [index(at.key) + 1, index(at.key) + 1 + limit];
    if (at.at === "oldest") [from, to] = [0, limit];
    return Promise.resolve({ messages: all.slice(from, to), has_before: from > 0, has_after: to < all.length });
  }
});

afterEach(() => void vi.useRealTimers());
/** Everything that was going to happen without the answer that is held back has happened. */
const aWhile = () => vi.advanceTimersByTimeAsync(100);

/** Holds back the first answer to a command; it comes when what is returned is called. */
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

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    seed = (seed * 48271) % 2147483647;
    const j = seed % (i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
const ids = (model: ThreadModel) => model.messages.map((m) => m.id);

describe("a thread", () => {
  it("shows the same screen for a thousand messages in any order of arrival", async () => {
    const all = Array.from({ length: 1000 }, (_, i) => message(i + 1));
    const screens: string[][] = [];
    for (const seed of [3, 5, 7]) {
      stored = [];
      const model = await ThreadModel.open("c", undefined, true);
      const arriving = shuffled(all, seed);
      for (let i = 0; i < arriving.length; i += 40) {
        stored.push(...arriving.slice(i, i + 40));
        model.put(arriving.slice(i, i + 40));
      }
      screens.push(ids(model).slice(-200));
    }
    const truth = [...all]
      .sort(byKey)
      .map((m) => m.id)
      .slice(-200);
    for (const screen of screens) expect(screen, "order is the keys', not the arrival's").toEqual(truth);
  });

  it("grows upwards without gaps and never holds more than 250 or so", async () => {
    stored = Array.from({ length: 2000 }, (_, i) => message(i + 1));
    const model = await ThreadModel.open("c", undefined, true);
    for (let i = 0; i < 20; i++) await model.older();
    expect(model.messages.length).toBeLessThanOrEqual(300);
    const at = stored.findIndex((m) => m.id === model.messages[0]!.id);
    expect(ids(model)).toEqual(stored.slice(at, at + model.messages.length).map((m) => m.id));
    expect(model.hasAfter, "what fell off below can be read again").toBe(true);
  });

  it("reads again only what changed, and takes out what is gone", async () => {
    stored = Array.from({ length: 10 }, (_, i) => message(i + 1));
    const model = await ThreadModel.open("c", undefined, true);
    stored = stored.filter((m) => m.id !== "m4").map((m) => (m.id === "m9" ? { ...m, delivery: "read" as const } : m));
    model.changed(["m4", "m9"]);
    await vi.waitFor(() => expect(ids(model)).not.toContain("m4"));
    expect(model.messages.find((m) => m.id === "m9")!.delivery).toBe("read");
  });

  it("counts a message that arrives while older ones are read, and leaves the reader alone", async () => {
    stored = Array.from({ length: 400 }, (_, i) => message(i + 1));
    view = { ...view, read_inbound: 400 };
    const model = await ThreadModel.open("c", undefined, true);
    await model.jump({ at: "oldest" });
    const before = ids(model);
    stored.push(message(401));
    view = { ...view, unread: 1 };
    model.changed(["m401"]);
    await model.readView();
    await aWhile();
    expect(model.missed).toBe(1);
    stored = stored.map((m) => (m.id === "m401" || m.id === "m380" ? { ...m, edited_at_ms: 1 } : m));
    model.changed(["m401", "m380"]);
    await aWhile();
    expect(model.missed, "what changes down there is no new message").toBe(1);
    expect(ids(model)).toEqual(before);
  });

  it("counts what has not been in view below, until it has", async () => {
    const theirs = (no: number) => message(no, { direction: "in", inbound_no: no });
    stored = Array.from({ length: 10 }, (_, i) => theirs(i + 1));
    view = { ...view, unread: 6, read_inbound: 4 };
    const model = await ThreadModel.open("c", undefined, true);
    expect(model.missed, "unread ones that one scrolls to are below as well").toBe(6);
    model.seen("m7");
    expect(model.missed).toBe(3);
    model.seen("m2");
    expect(model.missed, "going up again brings none back").toBe(3);
    model.seen();
    expect(model.missed, "at the end nothing is below").toBe(0);

    view = { ...view, unread: 8 };
    model.put([theirs(11), message(13, { direction: "out", inbound_no: null }), theirs(12)]);
    await model.readView();
    expect(model.missed, "theirs, not ours").toBe(2);
    expect(ids(model).at(-1), "they are there already").toBe("m13");
  });

  it("does not count a late message above as one below", async () => {
    stored = [1, 2, 4, 5].map((n) => message(n, { direction: "in", inbound_no: n < 3 ? n : n - 1 }));
    view = { ...view, unread: 1, read_inbound: 3 };
    const model = await ThreadModel.open("c", undefined, true);
    expect(model.missed, "the last of four").toBe(1);
    view = { ...view, unread: 2 };
    model.put([message(3, { direction: "in", inbound_no: 5 })]);
    await model.readView();
    expect(model.late).toEqual(["m3"]);
    expect(model.missed, "the arrow down does not lead to it").toBe(1);
    model.seen("m4");
    expect(model.missed, "and seeing it is not seeing what is below").toBe(1);
  });

  it("drops the line above new messages with the answer to them", async () => {
    stored = [message(1), message(2)];
    view = { ...view, unread: 1, read_inbound: 1 };
    const model = await ThreadModel.open("c", undefined, true);
    const lines = () =>
      days(model.messages, model.newAbove).flatMap((d) => d.items.filter((i) => i.message && i.firstNew)).length;
    expect(lines()).toBe(1);
    model.sent([message(3, { direction: "out" })]);
    expect(lines()).toBe(0);
  });

  it("puts our message at the end until it is sent", async () => {
    stored = Array.from({ length: 5 }, (_, i) => message(i + 1));
    const model = await ThreadModel.open("c", undefined, true);
    const ours = message(6, { direction: "out", key: { sort_s: 253_402_300_799, conv_seq: 6 } });
    model.put([ours]);
    model.put([message(7, { direction: "in" })]);
    expect(ids(model).at(-1)).toBe("m6");
  });

  it("says that there is more above when the head falls off an open thread", async () => {
    stored = [message(1)];
    const model = await ThreadModel.open("c", undefined, true);
    expect(model.hasBefore).toBe(false);
    for (let i = 2; i <= 400; i++) {
      stored.push(message(i));
      model.put([message(i)]);
    }
    expect(model.messages.length).toBeLessThan(400);
    expect(model.hasBefore, "this is not the beginning").toBe(true);
    while (await model.older());
    expect(ids(model)[0]).toBe("m1");
  });

  it("keeps what is newer when an older answer comes later", async () => {
    stored = [message(1), message(2)];
    const model = await ThreadModel.open("c", undefined, true);
    const mark = (delivery: MessageView["delivery"]) => (stored = [message(1), message(2, { delivery })]);
    const letGo = holdFirst("get_messages");
    mark("sending");
    model.changed(["m2"]);
    await aWhile();
    mark("sent");
    model.changed(["m2"]);
    await aWhile();
    letGo();
    await vi.waitFor(() => expect(model.messages[1]!.delivery).toBe("sent"));
    await aWhile();
    expect(model.messages[1]!.delivery, "it was sent, whatever was answered last").toBe("sent");
  });

  it("does not put a page over a change that came while the page was read", async () => {
    stored = Array.from({ length: 200 }, (_, i) => message(i + 1));
    const model = await ThreadModel.open("c", undefined, true);
    const letGo = holdFirst("list_messages");
    const older = model.older();
    await aWhile();
    stored = stored.map((m) => (m.id === "m120" ? { ...m, deleted_at_ms: 1 } : m));
    model.changed(["m120"]);
    await aWhile();
    letGo();
    await older;
    await vi.waitFor(() => expect(model.messages.find((m) => m.id === "m120")?.deleted_at_ms).toBe(1));
  });

  it("shows the newer head of two that were asked for", async () => {
    const model = await ThreadModel.open("c", undefined, true);
    const letGo = holdFirst("get_conversation");
    view = { ...view, unread: 3 };
    const first = model.readView();
    await aWhile();
    view = { ...view, unread: 0 };
    await model.readView();
    letGo();
    await first;
    expect(model.view.unread).toBe(0);
  });

  it("does not take a message back to what it was when it was clicked", async () => {
    stored = [message(1), message(2, { delivery: "sent", direction: "out" })];
    const model = await ThreadModel.open("c", undefined, true);
    model.sent([message(2, { delivery: "queued", direction: "out" })]);
    expect(model.messages[1]!.delivery, "the event was faster than the answer").toBe("sent");
    model.sent([message(3, { delivery: "queued", direction: "out" })]);
    expect(ids(model), "what is not here yet is painted at once").toEqual(["m1", "m2", "m3"]);
  });

  it("tells of a late message that landed above what was read", async () => {
    stored = [1, 2, 4, 5].map((i) => message(i, { inbound_no: i < 4 ? i : i - 1, direction: "in" }));
    view = { ...view, read_inbound: 4 };
    const model = await ThreadModel.open("c", undefined, true);
    // Below what was read: an ordinary new message.
    model.put([message(6, { inbound_no: 5, direction: "in" })]);
    expect(model.late).toEqual([]);
    // The sixth to come, and the third in the order of its time.
    model.put([message(3, { inbound_no: 6, direction: "in" })]);
    expect(ids(model)).toEqual(["m1", "m2", "m3", "m4", "m5", "m6"]);
    expect(model.late).toEqual(["m3"]);
    model.put([], ["m3"]);
    expect(model.late, "gone").toEqual([]);
  });

  it("is read as a whole by reading its end, also with a late message above", () => {
    const here = { atNewest: true, focused: true, wasMarked: false, keepsUnread: false };
    // The last one in the thread is number 5; number 6 stands above it.
    expect(readUpTo({ unread: 1, read_inbound: 5 }, here)).toBe(6);
    expect(readUpTo({ unread: 0, read_inbound: 6 }, here), "there is nothing to read").toBeNull();
    expect(readUpTo({ unread: 1, read_inbound: 5 }, { ...here, focused: false })).toBeNull();
    expect(readUpTo({ unread: 1, read_inbound: 5 }, { ...here, atNewest: false })).toBeNull();
  });

  it("marked unread by hand: reading clears it, unless only a reply or the command may", () => {
    const here = { atNewest: true, focused: true, wasMarked: true, keepsUnread: false };
    expect(readUpTo({ unread: 0, read_inbound: 4 }, here), "only the mark").toBe(4);
    const keeps = { ...here, keepsUnread: true };
    expect(readUpTo({ unread: 2, read_inbound: 4 }, keeps)).toBeNull();
    expect(readUpTo({ unread: 0, read_inbound: 4 }, keeps)).toBeNull();
  });

  it("shows that a message reopened the chat above the message that did", () => {
    const event = (seq: number, what: "reopened" | "closed", author: MessageView["author"], sort_s: number) =>
      message(seq, {
        direction: "event",
        author,
        inbound_no: null,
        body: { kind: "event", event: { what } },
        key: { sort_s, conv_seq: seq },
      });
    const customer = { by: "customer" } as const;
    const at = (seq: number, sort_s: number) => message(seq, { direction: "in", key: { sort_s, conv_seq: seq } });
    const order = (list: MessageView[]) => days(list, 0).flatMap((day) => day.items.map((item) => item.message?.id));
    expect(
      order([
        at(1, 10),
        event(2, "closed", { by: "member", id: "ana" }, 20),
        at(3, 30),
        event(4, "reopened", customer, 30),
      ]),
    ).toEqual(["m1", "m2", "m4", "m3"]);
    const byHand = [at(1, 30), event(2, "reopened", { by: "member", id: "ana" }, 30)];
    expect(order(byHand), "what a person did after it stays after it").toEqual(["m1", "m2"]);
    const later = [at(1, 30), event(2, "reopened", customer, 31)];
    expect(order(later), "another message did that").toEqual(["m1", "m2"]);
  });

  it("names a day by its date and the same whatever is read above it", () => {
    const on = (i: number, day: number) => message(i, { at_ms: new Date(2026, 0, day, i).getTime() });
    const list = [on(1, 1), on(2, 1), on(3, 2), on(4, 1), on(5, 2)];
    const keys = days(list, 0).map((day) => day.key);
    expect(new Set(keys).size, "a date that comes twice is two").toBe(4);
    expect(days(list.slice(1), 0).map((day) => day.key)).toEqual(keys);
    expect(days(list.slice(3), 0).map((day) => day.key)).toEqual(keys.slice(2));
  });

  it("marks the first new message once, and days once each", () => {
    const list = [1, 2, 4, 5].map((i) => message(i, { at_ms: new Date(2026, 0, i < 3 ? 1 : 2).getTime() }));
    const cut = days(list, 2);
    expect(cut.map((d) => d.items.length)).toEqual([2, 2]);
    expect(
      cut
        .flatMap((d) => d.items)
        .filter((i) => i.message && i.firstNew)
        .map((i) => i.message?.id),
    ).toEqual(["m4"]);
  });
});

describe("message text", () => {
  it("is words and links, and never markup", () => {
    expect(pieces("See <b>this</b>: https://a.example/x?y=1, ok")).toEqual([
      { text: "See <b>this</b>: " },
      { link: "https://a.example/x?y=1", text: "https://a.example/x?y=1" },
      { text: ", ok" },
    ]);
    expect(pieces("ana@alba.example")).toEqual([{ link: "mailto:ana@alba.example", text: "ana@alba.example" }]);
    expect(pieces("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)" }]);
  });
  it("knows a few emoji from words", () => {
    expect(onlyEmoji("👍🏽")).toBe(true);
    expect(onlyEmoji("❤️ 🎉")).toBe(false);
    expect(onlyEmoji("ok 👍")).toBe(false);
    expect(onlyEmoji("12")).toBe(false);
  });
});

describe("a picture in a bubble", () => {
  it("leaves no void beside it, however tall, flat or small it is", () => {
    for (const [w, h] of [
      [900, 3000],
      [900, 1600],
      [3000, 4000],
      [4000, 3000],
      [3000, 200],
      [64, 64],
    ] as const) {
      const box = pictureBox("image", w, h);
      expect(box.w, `${w}x${h}: as wide as the narrowest bubble`).toBeGreaterThanOrEqual(192);
      expect(box.w).toBeLessThanOrEqual(300);
      expect(box.h).toBeLessThanOrEqual(320);
    }
    expect(pictureBox("image", 3000, 4000), "a phone's photo is whole").toEqual({ w: 240, h: 320 });
    expect(pictureBox("image", 4000, 3000)).toEqual({ w: 300, h: 225 });
    expect(pictureBox("image", null, null), "a place is kept before its size is known").toEqual({ w: 300, h: 225 });
  });

  it("reads what happened to the leads as far back as the messages that are shown, and again when they change", async () => {
    const step = (minute: number) => ({
      id: `s${minute}`,
      by: { by: "automation" },
      at_ms: 1_700_000_000_000 + minute * 60_000 + 1,
    });
    stored = Array.from({ length: 120 }, (_, i) => message(i + 1));
    happened = Array.from({ length: 240 }, (_, i) => step(120 - i / 2) as HistoryEvent);
    const model = await ThreadModel.open("c", undefined, true);
    expect(model.messages[0]?.id).toBe("m71");
    expect(model.steps.length, "of the last fifty minutes and some").toBe(100);
    await model.older();
    await aWhile();
    expect(model.messages[0]?.id).toBe("m21");
    expect(model.steps.at(-1)!.at_ms, "they go as far back").toBeLessThan(model.messages[0]!.at_ms);
    happened = [step(121) as HistoryEvent, ...happened];
    model.leadsChanged();
    await aWhile();
    expect(model.steps[0]?.id).toBe("s121");
    await model.setEvents(false);
    expect(model.steps, "hidden with the events of the chat").toEqual([]);
  });

  it("knows which leads came with a file, whoever brought it, also of one that came meanwhile", async () => {
    const opened = (lead_id: string) =>
      ({ id: `o-${lead_id}`, lead_id, by: { by: "member", id: "ana" }, before: null, at_ms: 1 }) as HistoryEvent;
    leads = [
      { id: "listed", origin: "import" },
      { id: "typed", origin: "manual" },
    ];
    happened = [opened("listed"), opened("typed")];
    const model = await ThreadModel.open("c", undefined, true);
    // The chat is painted first.
    await vi.waitFor(() => expect([...model.imported]).toEqual(["listed"]));
    leads = [...leads, { id: "later", origin: "import" }];
    happened = [opened("later"), ...happened];
    model.leadsChanged();
    await aWhile();
    expect([...model.imported], "asked again where there is somebody new").toEqual(["listed", "later"]);
  });
});

describe("the steps of a lead in the thread", () => {
  const noon = new Date(2026, 0, 5, 12).getTime();
  const at = (seq: number, minute: number) => message(seq, { direction: "in", at_ms: noon + minute * 60_000 });
  const step = (id: string, minute: number) => ({ id, at_ms: noon + minute * 60_000, text: id });
  const shown = (...of: Parameters<typeof days>) =>
    days(...of).map((day) => day.items.map((item) => item.step?.id ?? item.message?.id));

  it("stand between the messages, what a message brought about under it", () => {
    const list = [at(1, 0), at(2, 10)];
    expect(shown(list, Infinity, [step("opened", 0), step("moved", 5), step("won", 20)])).toEqual([
      ["m1", "opened", "moved", "m2", "won"],
    ]);
  });

  it("have a day of their own where nobody wrote", () => {
    const day = 24 * 60;
    expect(shown([at(1, 0), at(2, 2 * day)], Infinity, [step("moved", day)])).toEqual([["m1"], ["moved"], ["m2"]]);
    expect(shown([], Infinity, [step("moved", 0)]), "before the first message").toEqual([["moved"]]);
  });

  it("of times that are not shown are not there", () => {
    const steps = [step("old", -60), step("moved", 5), step("new", 60)];
    const place = { isBeginning: false, isEnd: false };
    expect(shown([at(1, 0), at(2, 10)], Infinity, steps, place)).toEqual([["m1", "moved", "m2"]]);
  });

  it("part what one person wrote before and after", () => {
    const gaps = (steps: Parameters<typeof days>[2]) =>
      days([at(1, 0), at(2, 10)], Infinity, steps).flatMap((day) =>
        day.items.flatMap((item) => (item.message ? [item.gap] : [])),
      );
    expect(gaps([])).toEqual([false, false]);
    expect(gaps([step("moved", 5)])).toEqual([false, true]);
  });
});

it("what is noted or happens elsewhere is not read again for this chat", async () => {
  const asked: string[] = [];
  hold = (command) => (asked.push(command), Promise.resolve());
  const model = await ThreadModel.open("c", undefined, true);
  const reads = async (change: () => void) => {
    asked.length = 0;
    change();
    await aWhile();
    return asked;
  };
  expect(await reads(() => void model.notesChanged(["other"]))).toEqual([]);
  expect(await reads(() => model.leadsChanged(["other"]))).toEqual([]);
  expect(await reads(() => void model.notesChanged(["other", "p"]))).toEqual(["list_notes", "list_notes"]);
  expect(await reads(() => model.leadsChanged(["p"]))).toEqual(["list_history"]);
  expect(await reads(() => model.leadsChanged()), "too many to name").toEqual(["list_history"]);
  model.close();
});
