// A call that is written down.
import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it, vi } from "vitest";
import LogCall from "../src/features/notes/LogCall.svelte";
import { callWords } from "../src/lib/note";
import { hostAnswers } from "./transport";
import { later, noteView } from "./note-views";

describe("a call in words", () => {
  it("says who called, how it ended, and for how long where somebody counted", () => {
    expect(callWords({ direction: "in", outcome: "answered", minutes: 12 })).toBe("They called · Answered · 12 min");
    expect(callWords({ direction: "out", outcome: "no_answer", minutes: null })).toBe("We called · No answer");
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
