// What is kept of a contact: pages of it, and its words.
import { describe, expect, it, vi } from "vitest";
import { Paged, type Ask } from "../src/features/notes/paged.svelte";
import { callWords } from "../src/lib/note";
import { days } from "../src/features/thread/days";
import type { MessageView } from "../src/backend";

interface Thing {
  id: string;
  at_ms: number;
}
const things = (count: number): Thing[] => Array.from({ length: count }, (_, i) => ({ id: `t${i}`, at_ms: 1000 - i }));
function listOf(all: () => Thing[]) {
  const asked: number[] = [];
  const ask: Ask<Thing> = (_, before, limit) => {
    asked.push(limit);
    const rest = all().filter((one) => !before || one.at_ms < before.at_ms);
    return Promise.resolve({ items: rest.slice(0, limit), hasMore: rest.length > limit });
  };
  return { asked, list: new Paged<Thing>(ask, ({ id, at_ms }) => ({ id, at_ms })) };
}

describe("a list of what is kept of a contact", () => {
  it("is read page by page, none twice", async () => {
    const all = things(90);
    const { list } = listOf(() => all);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    expect(list.hasMore).toBe(true);
    await list.older();
    await list.older();
    expect(list.items).toEqual(all);
    expect(list.hasMore).toBe(false);
  });

  it("has as many entries as before when something came", async () => {
    let all = things(90);
    const { list } = listOf(() => all);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    await list.older();
    all = [{ id: "new", at_ms: 2000 }, ...all];
    list.changed();
    await vi.waitFor(() => expect(list.items[0]?.id).toBe("new"));
    expect(list.items).toHaveLength(80);
  });

  it("hears of changes again after it was closed while one was on its way", async () => {
    let all = things(1);
    const { list } = listOf(() => all);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(1));
    list.changed();
    list.close();
    list.show("c1");
    await vi.waitFor(() => expect(list.of).toBe("c1"));
    all = things(2);
    list.changed();
    await vi.waitFor(() => expect(list.items).toHaveLength(2));
  });

  it("shows nothing of the contact before", async () => {
    const answers: Record<string, (page: { items: Thing[]; hasMore: boolean }) => void> = {};
    const ask: Ask<Thing> = (contact_id) => new Promise((resolve) => (answers[contact_id] = resolve));
    const list = new Paged<Thing>(ask, ({ id, at_ms }) => ({ id, at_ms }));
    list.show("c1");
    list.show("c2");
    answers["c1"]!({ items: things(1), hasMore: false });
    await vi.waitFor(() => expect(answers["c2"]).toBeDefined());
    expect(list.of).toBeUndefined();
    answers["c2"]!({ items: things(2), hasMore: false });
    await vi.waitFor(() => expect(list.of).toBe("c2"));
    expect(list.items).toHaveLength(2);
  });

  it("reads what changed during a read once that is over", async () => {
    let all = things(1);
    const { asked, list } = listOf(() => all);
    list.show("c1");
    all = things(2);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(2));
    expect(asked).toHaveLength(2);
  });
});

describe("a call in words", () => {
  it("says who called, how it ended, and for how long where somebody counted", () => {
    expect(callWords({ direction: "in", outcome: "answered", minutes: 12 })).toBe("They called · Answered · 12 min");
    expect(callWords({ direction: "out", outcome: "no_answer", minutes: null })).toBe("We called · No answer");
  });
});

describe("a note in the chat", () => {
  const message = (id: string, at_ms: number) =>
    ({
      id,
      at_ms,
      direction: "in",
      author_name: "",
      inbound_no: null,
      body: { kind: "text", text: id },
    }) as MessageView;
  it("stands between the messages of its time", () => {
    const step = { id: "n", at_ms: 1500, text: "likes blue" };
    const items = days([message("a", 1000), message("b", 2000)], Infinity, [step]).flatMap((day) => day.items);
    expect(items.map((item) => item.step?.id ?? item.message?.id)).toEqual(["a", "n", "b"]);
  });
});
