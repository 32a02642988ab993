import { beforeEach, describe, expect, it } from "vitest";
import { allActions, conflicts, register, runAction } from "../src/app/actions.svelte";
import { score } from "../src/app/fuzzy";
import { listenKeys } from "../src/app/keyboard";
import { currentToast } from "../src/app/toast.svelte";
import { bindingText, strokeOf, worksWhileTyping } from "../src/app/keys";

const stroke = (key: string, more: Partial<KeyboardEvent> = {}) =>
  strokeOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more }, false);

describe("a key stroke as text", () => {
  it("keeps Shift for letters and named keys", () => {
    expect(stroke("E", { shiftKey: true })).toBe("shift+e");
    expect(stroke("Enter", { shiftKey: true })).toBe("shift+enter");
  });
  it("drops Shift where the layout needs it to make the sign", () => {
    expect(stroke("?", { shiftKey: true })).toBe("?");
  });
  it("calls Ctrl or Cmd mod, by system", () => {
    expect(stroke("k", { ctrlKey: true })).toBe("mod+k");
    expect(strokeOf({ key: "k", ctrlKey: false, metaKey: true, altKey: false, shiftKey: false }, true)).toBe("mod+k");
  });
  it("ignores a bare modifier", () => expect(stroke("Shift", { shiftKey: true })).toBeUndefined());
  it("is shown the way each system writes it", () => {
    expect(bindingText("mod+shift+k", false)).toBe("Ctrl+Shift+K");
    expect(bindingText("mod+k", true)).toBe("⌘K");
    expect(bindingText("g i", false)).toBe("G I");
  });
  it("works while typing only with Ctrl, Cmd, Alt or Esc", () => {
    expect(worksWhileTyping("mod+enter")).toBe(true);
    expect(worksWhileTyping("esc")).toBe(true);
    expect(worksWhileTyping("e")).toBe(false);
    expect(worksWhileTyping("shift+e")).toBe(false);
  });
});

describe("the one list of actions", () => {
  let ran: string[] = [];
  const action = (id: string, keys: string[], available?: () => true | string) => ({
    id,
    title: () => id,
    group: "app" as const,
    keys,
    run: () => void ran.push(id),
    available,
  });
  beforeEach(() => {
    ran = [];
    for (const a of allActions()) register({ ...a, id: `${a.id}-gone` })();
  });

  it("runs by key, waits for the second stroke of a sequence, and never while typing", () => {
    const gone = register(action("close", ["e"]), action("inbox", ["g i"]), action("send", ["mod+enter"]));
    const stop = listenKeys(() => false);
    const input = document.body.appendChild(document.createElement("textarea"));
    const press = (target: EventTarget, key: string, ctrlKey = false) =>
      target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));
    press(window, "e");
    press(window, "g");
    press(window, "i");
    press(input, "e");
    press(input, "Enter", true);
    expect(ran).toEqual(["close", "inbox", "send"]);
    stop();
    gone();
    input.remove();
  });
  it("leaves Enter to the button that has the focus", () => {
    const gone = register(action("open", ["enter"]));
    const stop = listenKeys(() => false);
    const button = document.body.appendChild(document.createElement("button"));
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    expect(ran, "the button was meant").toEqual([]);
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    expect(ran).toEqual(["open"]);
    stop();
    gone();
    button.remove();
  });
  it("says why not, where the action tells it and nothing else goes by that key", () => {
    const closed = { ...action("move", ["m"], () => "This lead is closed"), tells: true };
    let gone = register(closed);
    const stop = listenKeys(() => false);
    const press = (target: EventTarget) =>
      target.dispatchEvent(new KeyboardEvent("keydown", { key: "m", bubbles: true, cancelable: true }));
    const input = document.body.appendChild(document.createElement("textarea"));
    press(input);
    expect(currentToast()?.text, "a letter is a letter").not.toBe("This lead is closed");
    press(window);
    expect(currentToast()?.text).toBe("This lead is closed");
    expect(ran).toEqual([]);
    gone();
    gone = register(closed, action("merge", ["m"]));
    press(window);
    expect(ran, "who can go by it goes").toEqual(["merge"]);
    stop();
    gone();
    input.remove();
  });
  it("does not run what is not available", () => {
    const gone = register(action("send", ["s"], () => "Nothing to send"));
    expect(runAction("send")).toBe(false);
    expect(ran).toEqual([]);
    gone();
  });
  it("shows keys that two actions claim, and a key that hides a sequence", () => {
    const gone = register(action("one", ["x"]), action("two", ["x"]), action("three", ["g"]), action("four", ["g i"]));
    expect(conflicts().get("x")).toEqual(["one", "two"]);
    expect(conflicts().get("g")).toEqual(["three", "four"]);
    gone();
  });
});

describe("finding by letters", () => {
  it("does not mind accents or case", () => expect(score("configuracoes", "Abrir configurações")).toBeDefined());
  it("prefers the start of words", () => {
    expect(score("gi", "Go to the inbox")).toBeGreaterThan(score("gi", "Signing")!);
  });
  it("wants every letter", () => expect(score("xyz", "Go to the inbox")).toBeUndefined());
});
