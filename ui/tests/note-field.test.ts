// Where a note is written and set right: no word of it is lost, and nobody else's is written over.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resume } from "../src/app/events";
import { dropNoteDraft, keepNoteDraft } from "../src/features/notes/drafts.svelte";
import Notes from "../src/features/notes/Notes.svelte";
import type { ContactView, NoteView } from "../src/backend";
import { answerNotes, later, noteView } from "./note-views";

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
