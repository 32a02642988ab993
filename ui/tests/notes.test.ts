// What is kept of a contact: pages of it, and its words.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closeBeside, openBeside } from "../src/app/beside.svelte";
import { choose, chosenConversation, setChosenView } from "../src/app/chosen.svelte";
import { askPanel, panelAskedInInbox } from "../src/app/panel-asked.svelte";
import { currentScreen, go } from "../src/app/route.svelte";
import { resume, startEvents } from "../src/app/events";
import ContactNotes from "../src/features/notes/ContactNotes.svelte";
import { dropNoteDraft, keepNoteDraft } from "../src/features/notes/drafts.svelte";
import LogCall from "../src/features/notes/LogCall.svelte";
import { NoteList } from "../src/features/notes/list.svelte";
import Notes from "../src/features/notes/Notes.svelte";
import { Paged, type Ask } from "../src/features/notes/paged.svelte";
import { callWords } from "../src/lib/note";
import { days } from "../src/features/thread/days";
import NoteLine from "../src/features/thread/NoteLine.svelte";
import type { AppEvent, ContactView, ConversationView, MessageView, NoteView } from "../src/backend";
import { hostAnswers } from "./transport";

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

const noteView = (id: string, at_ms: number, contact_id = "c1") =>
  ({
    note: { id, contact_id, at_ms, text: `about ${id}`, call: null, conversation_id: null, edited_at_ms: null },
    author_name: "Ana",
    line: null,
  }) as unknown as NoteView;
interface AskedNotes {
  contact_id: string;
  before: { at_ms: number } | null;
  limit: number;
}
function answerNotes(
  answer: (ask: AskedNotes) => Promise<NoteView[]>,
  others: (command: string, args: unknown) => unknown,
) {
  hostAnswers(async (command, args) => {
    if (command !== "list_notes") return others(command, args);
    const notes = await answer(args);
    return { notes, total: notes.length };
  });
}
const later = () => new Promise((next) => setTimeout(next));

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

describe("the field of a note", () => {
  let app: Record<string, unknown> | undefined;
  let saved: string[];
  let finish: (() => void) | undefined;
  async function open(contact_id: string) {
    const contact = { id: contact_id, conversations: [] } as unknown as ContactView;
    app = mount(Notes, { target: document.body, props: { contact } });
    await settle();
  }
  async function settle() {
    for (let turn = 0; turn < 4; turn++) {
      await later();
      flushSync();
    }
  }
  async function leave() {
    if (app) await unmount(app);
    app = undefined;
  }
  const field = (label = "New note") => document.querySelector<HTMLTextAreaElement>(`textarea[aria-label="${label}"]`)!;
  async function type(text: string, into = field()) {
    into.focus();
    into.value = text;
    into.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
  }
  function press(key: string, on = field(), ctrlKey = false) {
    const event = new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true });
    on.dispatchEvent(event);
    return event;
  }
  const pressButton = async (name: string) => {
    const button = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
    button!.click();
    await settle();
  };
  let read: number;
  beforeEach(() => {
    saved = [];
    finish = undefined;
    read = 0;
    answerNotes(
      ({ contact_id }) => {
        read += 1;
        return Promise.resolve([noteView(`${contact_id}-note`, 1000, contact_id)]);
      },
      (command, args) => {
        if (command !== "save_note") return {};
        saved.push((args as { text: string }).text);
        const note = noteView("saved", 2000);
        return new Promise((done) => (finish = () => done({ note, undo: null })));
      },
    );
  });
  afterEach(leave);

  it("has what was typed about this contact after another one was shown, and nothing of it there", async () => {
    await open("draft-a");
    await type("likes blu");
    await leave();
    await open("draft-b");
    expect(field().value).toBe("");
    await leave();
    await open("draft-a");
    expect(field().value).toBe("likes blu");
    await pressButton("Cancel");
    expect(field().value, "who cancels is done with it").toBe("");
  });
  it("keeps its words on Esc, which only leaves it", async () => {
    await open("esc");
    await type("likes blue");
    const event = press("Escape");
    await settle();
    expect(event.defaultPrevented, "or Esc would leave the chat too").toBe(true);
    expect(field().value).toBe("likes blue");
    expect(document.activeElement).not.toBe(field());
  });
  it("is emptied once it was saved, also where it was left meanwhile", async () => {
    await open("saved");
    await type("likes blue ");
    press("Enter", field(), true);
    await leave();
    finish!();
    await settle();
    await open("saved");
    expect(saved).toEqual(["likes blue"]);
    expect(field().value).toBe("");
  });
  it("keeps what was typed while it was being saved", async () => {
    await open("typing");
    await type("likes blue");
    press("Enter", field(), true);
    await type("likes blue and green");
    finish!();
    await settle();
    expect(field().value).toBe("likes blue and green");
  });
  it("of a note that is set right has what was typed there", async () => {
    const { keepNoteDraft, noteDraft } = await import("../src/features/notes/drafts.svelte");
    keepNoteDraft("edited-note", "about something else");
    await open("edited");
    const edit = field("Change the note");
    expect(edit.value).toBe("about something else");
    press("Escape", edit);
    await settle();
    expect(noteDraft("edited-note"), "Esc leaves it as it was").toBeUndefined();
    expect(document.querySelector("#note-edited-note")?.textContent).toContain("about edited-note");
  });
  it("stands over notes that are read once for all", async () => {
    await open("once");
    await new Promise((next) => setTimeout(next, 250));
    expect(read).toBeLessThanOrEqual(2);
  });
});

describe("a note that somebody else changed meanwhile", () => {
  const bias = { ...noteView("n", 1000, "both"), edited_by_name: "Bia" };
  const changed = { ...bias, note: { ...bias.note, text: "likes green", edited_at_ms: 2000 } };
  let stands: NoteView[];
  let asked: { note_id: string; text: string; expect?: { text: string } }[];
  let app: Record<string, unknown>;
  const settle = async () => {
    for (let turn = 0; turn < 4; turn++) {
      await later();
      flushSync();
    }
  };
  const field = () => document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Change the note"]');
  const button = (name: string) =>
    [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
  const meanwhile = () => document.querySelector(".meanwhile")?.textContent ?? "";
  async function begin(text: string) {
    keepNoteDraft("n", text, stands[0]!.note);
    const contact = { id: "both", conversations: [] } as unknown as ContactView;
    app = mount(Notes, { target: document.body, props: { contact } });
    await vi.waitFor(() => expect(field()?.value).toBe(text));
  }
  /** As an event tells it. */
  async function stand(notes: NoteView[]) {
    stands = notes;
    resume();
    await new Promise((next) => setTimeout(next, 150));
    await settle();
  }
  beforeEach(() => {
    stands = [noteView("n", 1000, "both")];
    asked = [];
    answerNotes(
      () => Promise.resolve(stands),
      (command, args) => {
        if (command !== "save_note") return {};
        const save = args as (typeof asked)[number];
        asked.push(save);
        const now = stands.find(({ note }) => note.id === save.note_id);
        if (now?.note.text !== save.expect?.text)
          return Promise.reject({ code: "CHANGED_MEANWHILE", params: {}, retry: false });
        return { note: { ...changed, note: { ...changed.note, id: save.note_id, text: save.text } }, undo: null };
      },
    );
  });
  afterEach(async () => {
    dropNoteDraft("n");
    await unmount(app);
  });

  it("is shown beside what was typed, and written over by nobody who has not seen it", async () => {
    await begin("likes red");
    expect(meanwhile()).toBe("");
    await stand([changed]);
    expect(meanwhile()).toContain("Bia changed this meanwhile");
    expect(meanwhile()).toContain("likes green");
    expect(field()!.value, "nothing that was typed is lost").toBe("likes red");
    field()!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    await settle();
    expect(asked, "the key that was pressed before it came writes over nothing").toEqual([]);
    button("Save mine instead")!.click();
    await settle();
    expect(asked.map(({ text, expect: read }) => [text, read?.text])).toEqual([["likes red", "likes green"]]);
    expect(field()).toBeNull();
    expect(document.querySelector("#note-n")?.textContent, "what was saved is there at once").toContain("likes red");
  });
  it("is refused where this screen has not heard of it, with the words still there", async () => {
    await begin("likes red");
    stands = [changed];
    field()!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    await vi.waitFor(() => expect(meanwhile()).toContain("likes green"));
    expect(
      asked.map(({ expect: read }) => read?.text),
      "as it stood on the screen",
    ).toEqual(["about n"]);
    expect(field()!.value).toBe("likes red");
    button("Keep theirs")!.click();
    await settle();
    expect(document.querySelector("#note-n")?.textContent).toContain("likes green");
  });
  it("is said by a region that stood there empty, and the keys that save go to it", async () => {
    await begin("likes red");
    const region = document.querySelector('.field [role="status"]')!;
    expect(region.textContent).toBe("");
    await stand([changed]);
    await vi.waitFor(() => {
      flushSync();
      expect(region.textContent).toBe("Bia changed this meanwhile. It says now:");
    });
    const box = document.querySelector(".meanwhile")!;
    expect(region.isConnected, "another one would not be read out").toBe(true);
    expect(box.getAttribute("role"), "a region that is read out has no buttons in it").toBe("group");
    expect(document.getElementById(box.getAttribute("aria-labelledby")!)?.textContent).toBe(region.textContent);
    field()!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    expect(document.activeElement).toBe(button("Keep theirs"));
  });
  it("was changed by nobody else where one typed on while it was saved", async () => {
    await begin("likes red");
    field()!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    keepNoteDraft("n", "likes red and blue", stands[0]!.note);
    const shown: string[] = [];
    const watch = new MutationObserver(() => shown.push(meanwhile()));
    watch.observe(document.body, { childList: true, subtree: true });
    await settle();
    expect(field()!.value, "what was typed on is not kept yet").toBe("likes red and blue");
    expect(shown.join(""), "not even for a moment").toBe("");
    expect(meanwhile()).toBe("");
    watch.disconnect();
    stands = [{ ...changed, note: { ...changed.note, text: "likes red" } }];
    field()!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    await settle();
    expect(asked.map(({ text, expect: read }) => [text, read?.text])).toEqual([
      ["likes red", "about n"],
      ["likes red and blue", "likes red"],
    ]);
    expect(field()).toBeNull();
  });
  it("says so where it was deleted, and what was typed can be a note of its own", async () => {
    await begin("likes red");
    await stand([]);
    expect(meanwhile()).toContain("deleted meanwhile");
    expect(field()!.value).toBe("likes red");
    button("Save as new")!.click();
    await settle();
    expect(asked).toMatchObject([{ text: "likes red" }]);
    expect(asked[0]!.note_id, "the deleted one stays deleted").not.toBe("n");
    expect(asked[0]!.expect).toBeUndefined();
    expect(field()).toBeNull();
  });
});

describe("a call that is written down", () => {
  it("stays open for what was typed while it was saved, which then goes on from it", async () => {
    const asked: { note_id: string; text: string; expect?: { text: string } }[] = [];
    let finish: () => void = () => undefined;
    hostAnswers((_, args: (typeof asked)[number]) => {
      asked.push(args);
      const view = noteView(args.note_id, 1000);
      const saved = { note: { ...view, note: { ...view.note, text: args.text } }, undo: null };
      return new Promise((done) => (finish = () => done(saved)));
    });
    const onclose = vi.fn();
    const props = { asked: { contact_id: "c1", name: "Ana", conversation_id: null }, onclose };
    const app = mount(LogCall, { target: document.body, props });
    flushSync();
    const field = document.querySelector<HTMLTextAreaElement>(".form textarea")!;
    const type = (text: string) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      flushSync();
    };
    const save = async () => {
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
      await later();
    };
    type("Wants two");
    await save();
    type("Wants two, in blue");
    finish();
    await later();
    expect(onclose, "words would be gone").not.toHaveBeenCalled();
    await save();
    finish();
    await later();
    expect(onclose).toHaveBeenCalledOnce();
    expect(asked.map(({ text, expect: read }) => [text, read?.text])).toEqual([
      ["Wants two", undefined],
      ["Wants two, in blue", "Wants two"],
    ]);
    expect(asked[1]!.note_id, "one call, not two").toBe(asked[0]!.note_id);
    await unmount(app);
  });
});

describe("a call that can't be kept as it stands", () => {
  const settle = () => new Promise((next) => setTimeout(next)).then(() => flushSync());
  it("says at the field what is wrong, and saving goes to the first of them", async () => {
    const said: string[] = [];
    hostAnswers((command) => (said.push(command), { note: noteView("n", 1), undo: null }));
    const onclose = vi.fn();
    const asked = { contact_id: "c", conversation_id: null, name: "Ana" };
    const app = mount(LogCall, { target: document.body, props: { asked, onclose } });
    await settle();
    const label = (name: string) => [...document.querySelectorAll("label")].find((one) => one.textContent === name)!;
    const [minutes, time] = ["Minutes", "Time"].map((name) => label(name).control as HTMLInputElement);
    const day = document.querySelector<HTMLInputElement>("[aria-label=Day]")!;
    const write = (field: HTMLInputElement, text: string) => {
      field.focus();
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      flushSync();
    };
    const save = async () => {
      const button = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === "Save call")!;
      button.click();
      await settle();
    };
    /** What is said under a field, where a screen reader is sent for it. */
    const under = (field: HTMLInputElement) =>
      document.getElementById(field.getAttribute("aria-describedby") ?? "none")?.textContent?.trim();

    write(minutes!, "0");
    write(day, "12/31/2090");
    write(time!, "");
    expect(under(time!), "emptied it may be about to be written").toBeUndefined();
    write(time!, "noonish");
    expect(under(minutes!)).toBe("A whole number from 1 to 1440.");
    expect(under(time!)).toBe("That isn't a time yet");
    await save();
    expect(document.activeElement, "the first that is wrong").toBe(minutes);

    write(minutes!, "3");
    write(time!, "");
    await save();
    expect(under(time!)).toBe("Write a time.");
    expect(document.activeElement, "the time was the next").toBe(time);

    write(time!, "11:00");
    expect(under(day), "the day is what is to come").toBe("That is still to come.");
    expect(day.ariaInvalid).toBe("true");
    expect(under(time!)).toBeUndefined();
    await save();
    expect(document.activeElement).toBe(day);
    expect(said).toEqual([]);

    write(day, "01/05/2026");
    await save();
    expect(said).toEqual(["log_call"]);
    expect(onclose).toHaveBeenCalledOnce();
    await unmount(app);
  });
});

describe("what is told of one contact", () => {
  it("has nothing read again that is about another one", async () => {
    const asked: string[] = [];
    let say: (event: AppEvent) => void = () => undefined;
    hostAnswers(
      (command) => {
        asked.push(command);
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
    expect(await reads({ event: "history_changed", contact_ids: ["mine"] })).toEqual(["list_activity"]);
    expect((await reads({ event: CHANGED, contact_ids: [] })).length, "too many to name").toBe(3);
    for (const app of apps) await unmount(app);
    stop();
  });
});

describe("a note in the chat that is pressed", () => {
  const view = (contact_id: string) => ({ id: `chat-${contact_id}`, contact_id }) as ConversationView;
  it("is shown in the inbox, with that chat, where it was pressed beside the board", async () => {
    go("board");
    openBeside("c1", "Ana", "chat-c1");
    const app = mount(NoteLine, { target: document.body, props: { view: noteView("pressed", 1000) } });
    flushSync();
    document.querySelector<HTMLButtonElement>("#step-pressed")!.click();
    expect(currentScreen()).toBe("inbox");
    expect(chosenConversation()).toBe("chat-c1");
    setChosenView(view("c1"));
    expect(panelAskedInInbox()).toBe(true);
    await unmount(app);
    closeBeside();
  });
  it("opens the panel of its own contact only, and in the inbox", () => {
    go("inbox");
    askPanel({ contact_id: "c1", tab: "notes", note_id: "n" });
    choose("chat-c2");
    setChosenView(view("c2"));
    expect(panelAskedInInbox(), "the panel of anybody would spring open").toBe(false);
    choose("chat-c1");
    expect(panelAskedInInbox(), "nobody has read yet whose chat it is").toBe(false);
    setChosenView(view("c1"));
    expect(panelAskedInInbox()).toBe(true);
    go("board");
    expect(panelAskedInInbox()).toBe(false);
    go("inbox");
  });
});
