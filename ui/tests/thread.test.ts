// A thread looks the same however its messages arrive (THR-03, I7), and keeps to what it shows.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { useTransport, type ListMessages, type MessageView } from "../src/backend";
import { days } from "../src/features/thread/days";
import { ThreadModel } from "../src/features/thread/model.svelte";
import { onlyEmoji, pieces } from "../src/lib/text";

let stored: MessageView[];

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
    change_waiting: false,
    allowed: [],
    ...more,
  };
}
const byKey = (a: MessageView, b: MessageView) => a.key.sort_s - b.key.sort_s || a.key.conv_seq - b.key.conv_seq;
const view = { id: "c", contact_id: "p", unread: 0, read_inbound: 0, manual_unread: false };

beforeEach(() => {
  stored = [];
  useTransport({
    call(command, args) {
      if (command === "get_conversation") return Promise.resolve(view);
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
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});

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
    const model = await ThreadModel.open("c", undefined, true);
    await model.jump({ at: "oldest" });
    const before = ids(model);
    stored.push(message(401));
    model.changed(["m401"]);
    await vi.waitFor(() => expect(model.missed).toBe(1));
    expect(ids(model)).toEqual(before);
  });

  it("puts our message at the end until it is sent", async () => {
    stored = Array.from({ length: 5 }, (_, i) => message(i + 1));
    const model = await ThreadModel.open("c", undefined, true);
    const ours = message(6, { direction: "out", key: { sort_s: 253_402_300_799, conv_seq: 6 } });
    model.put([ours]);
    model.put([message(7, { direction: "in" })]);
    expect(ids(model).at(-1)).toBe("m6");
  });

  it("marks the first new message once, and days once each", () => {
    const list = [1, 2, 4, 5].map((i) => message(i, { at_ms: new Date(2026, 0, i < 3 ? 1 : 2).getTime() }));
    const cut = days(list, 2);
    expect(cut.map((d) => d.items.length)).toEqual([2, 2]);
    expect(
      cut
        .flatMap((d) => d.items)
        .filter((i) => i.firstNew)
        .map((i) => i.message.id),
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
