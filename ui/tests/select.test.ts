// A choice out of a few, closed: what the keys do to it.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it } from "vitest";
import Select from "../src/components/Select.svelte";

let chosen: string[] = [];
let app: Record<string, unknown> | undefined;
afterEach(async () => {
  if (app) await unmount(app);
  chosen = [];
});

function show(): (key: string, init?: KeyboardEventInit) => void {
  app = mount(Select, {
    target: document.body,
    props: {
      label: "Separador",
      value: "semicolon",
      options: [
        { value: "semicolon", label: "Punto y coma" },
        { value: "tab", label: "Tabulación" },
      ],
      onchange: (value: string) => chosen.push(value),
    },
  });
  flushSync();
  const trigger = document.querySelector<HTMLButtonElement>("button[aria-label=Separador]")!;
  return (key, init) => {
    trigger.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
    flushSync();
  };
}

it("Tab walks past a choice and the keys of the app leave it alone", () => {
  const press = show();
  press("Tab");
  press("t", { ctrlKey: true });
  expect(chosen, "neither is a letter of “Tabulación”").toEqual([]);
});

it("a letter chooses what begins with it, also right after Tab", () => {
  const press = show();
  press("Tab", { shiftKey: true });
  press("t");
  expect(chosen).toEqual(["tab"]);
});
