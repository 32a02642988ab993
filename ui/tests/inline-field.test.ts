import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import InlineField, { type FieldProblem } from "../src/components/InlineField.svelte";

let saved: string[];
let refuse: FieldProblem | null;
let app: Record<string, unknown> | undefined;
let input: HTMLInputElement;

function show(value: string) {
  app = mount(InlineField, {
    target: document.body,
    props: {
      label: "Name",
      value,
      save: (text: string) => {
        saved.push(text);
        return Promise.resolve(refuse);
      },
    },
  });
  flushSync();
  input = document.querySelector("input")!;
}
function type(text: string) {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}
const press = (key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  input.dispatchEvent(event);
  flushSync();
  return event;
};
const settle = () => new Promise((resolve) => setTimeout(resolve)).then(() => flushSync());

beforeEach(() => {
  saved = [];
  refuse = null;
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});

describe("a field that is edited in place", () => {
  it("saves on Enter and on leaving, once", async () => {
    show("Ana");
    type("Ana Paredes ");
    press("Enter");
    await settle();
    expect(saved).toEqual(["Ana Paredes"]);
  });
  it("saves nothing when nothing changed", async () => {
    show("Ana");
    type("Ana ");
    input.blur();
    await settle();
    expect(saved).toEqual([]);
    expect(input.value).toBe("Ana");
  });
  it("puts the old value back on Esc, and keeps that Esc to itself", async () => {
    show("Ana");
    type("Bia");
    const event = press("Escape");
    await settle();
    expect(saved).toEqual([]);
    expect(input.value).toBe("Ana");
    expect(event.defaultPrevented, "or Esc would close the drawer too").toBe(true);
  });
  it("keeps what was typed beside the reason when it is refused", async () => {
    show("Ana");
    refuse = { text: "No." };
    type("B");
    press("Enter");
    await settle();
    expect(input.value).toBe("B");
    expect(document.querySelector("[role=alert]")?.textContent?.trim()).toBe("No.");
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });
  it("saves what was typed when it is taken away", async () => {
    show("Ana");
    type("Bia");
    await unmount(app!);
    app = undefined;
    expect(saved).toEqual(["Bia"]);
  });
});
