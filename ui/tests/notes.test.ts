// What is kept of a contact: pages of it.
import { mount, unmount } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { startEvents } from "../src/app/events";
import ContactNotes from "../src/features/notes/ContactNotes.svelte";
import { NoteList } from "../src/features/notes/list.svelte";
import { Paged, type Ask } from "../src/features/notes/paged.svelte";
import type { AppEvent, ContactView } from "../src/backend";
import { hostAnswers } from "./transport";
import { answerNotes, later, noteView } from "./note-views";

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

describe("the next page", () => {
  const place = ({ id, at_ms }: Thing) => ({ id, at_ms });
  it("waits for the read that is under way, and says whether the list got on", async () => {
    const all = things(50);
    const { list } = listOf(() => all);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    list.show("c1");
    expect(await list.older(), "what was under way is over, then the page is read").toBe(true);
    expect(list.items).toEqual(all);
    expect(await list.older(), "there is no more").toBe(false);
  });
  it("did not get on where the read failed, or the contact is another one by then", async () => {
    let answer: ((page: { items: Thing[]; hasMore: boolean }) => void) | undefined;
    let fails = false;
    const ask: Ask<Thing> = (_, before) => {
      if (!before) return Promise.resolve({ items: things(40), hasMore: true });
      return fails ? Promise.reject(new Error("offline")) : new Promise((done) => (answer = done));
    };
    const list = new Paged<Thing>(ask, place);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    const getting = list.older();
    list.show("c2");
    await vi.waitFor(() => expect(answer).toBeDefined());
    answer!({ items: [{ id: "of c1", at_ms: 1 }], hasMore: true });
    expect(await getting).toBe(false);
    await vi.waitFor(() => expect(list.of).toBe("c2"));
    expect(
      list.items.map(({ id }) => id),
      "nothing of the contact before",
    ).not.toContain("of c1");
    fails = true;
    expect(await list.older()).toBe(false);
  });
  it("stays when something changes while it is on its way", async () => {
    let all = things(90);
    const { list } = listOf(() => all);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    const getting = list.older();
    all = [{ id: "new", at_ms: 2000 }, ...all];
    list.show("c1");
    expect(await getting).toBe(true);
    await vi.waitFor(() => expect(list.items[0]?.id).toBe("new"));
    expect(list.items).toHaveLength(80);
  });
});

describe("the note that somebody came for", () => {
  it("is found on a page further down, also while the list is being read", async () => {
    const all = Array.from({ length: 90 }, (_, i) => noteView(`n${i}`, 1000 - i));
    answerNotes(
      async ({ before, limit }) => {
        await later();
        return all.filter(({ note }) => !before || note.at_ms < before.at_ms).slice(0, limit);
      },
      () => ({}),
    );
    const list = new NoteList(false);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    list.show("c1");
    // What waits here would wait for ever in a loop that never lets go of the window.
    const read = vi.spyOn(list, "older");
    await list.find("n85");
    expect(list.items).toHaveLength(90);
    expect(read.mock.calls.length, "a page each").toBe(2);
  });
  it("is given up where a page can't be read", async () => {
    let asked = 0;
    answerNotes(
      async ({ before, limit }) => {
        await later();
        if (before && ++asked > 0) throw new Error("offline");
        return Array.from({ length: limit }, (_, i) => noteView(`n${i}`, 1000 - i));
      },
      () => ({}),
    );
    const list = new NoteList(false);
    list.show("c1");
    await vi.waitFor(() => expect(list.items).toHaveLength(40));
    await list.find("gone");
    expect(asked).toBe(1);
  });
  it("is given up where another contact is shown by then", async () => {
    const asked: string[] = [];
    answerNotes(
      async ({ contact_id, before, limit }) => {
        await later();
        asked.push(contact_id);
        const from = before ? before.at_ms : 100_000;
        return Array.from({ length: limit }, (_, i) => noteView(`${contact_id}-${from - i}`, from - i - 1, contact_id));
      },
      () => ({}),
    );
    const list = new NoteList(false);
    list.show("c1");
    await vi.waitFor(() => expect(list.of).toBe("c1"));
    const finding = list.find("gone");
    list.show("c2");
    await finding;
    await vi.waitFor(() => expect(list.of).toBe("c2"));
    expect(asked, "no page of the other one is turned for it").toEqual(["c1", "c1", "c2"]);
  });
});

describe("what is told of one contact", () => {
  it("has nothing read again that is about another one", async () => {
    const asked: string[] = [];
    let say: (event: AppEvent) => void = () => undefined;
    hostAnswers(
      (command) => {
        asked.push(command);
        if (command === "list_leads_of_contact") return [];
        return command === "list_activity" ? { items: [], has_more: false } : { notes: [noteView("n", 1)], total: 1 };
      },
      (handler) => ((say = handler), () => undefined),
    );
    const stop = startEvents();
    const contact = { id: "mine", conversations: [] } as unknown as ContactView;
    const apps = (["notes", "activity", "calls"] as const).map((tab) =>
      mount(ContactNotes, { target: document.body, props: { contact, tab } }),
    );
    const reads = async (event: AppEvent) => {
      asked.length = 0;
      say(event);
      await new Promise((next) => setTimeout(next, 250));
      return [...asked].sort();
    };
    const CHANGED = "notes_changed" as const;
    await reads({ event: CHANGED, contact_ids: [] });
    expect(await reads({ event: CHANGED, contact_ids: ["other"] })).toEqual([]);
    expect(await reads({ event: "history_changed", contact_ids: ["other"] })).toEqual([]);
    expect(await reads({ event: "leads_changed", ids: ["a-lead"] }), "a card that looks different").toEqual([]);
    expect(await reads({ event: CHANGED, contact_ids: ["other", "mine"] })).toEqual([
      "list_activity",
      "list_notes",
      "list_notes",
    ]);
    expect(await reads({ event: "history_changed", contact_ids: ["mine"] })).toEqual([
      "list_activity",
      "list_leads_of_contact",
    ]);
    expect((await reads({ event: CHANGED, contact_ids: [] })).length, "too many to name").toBe(3);
    for (const app of apps) await unmount(app);
    stop();
  });
});
