// Tags onto and off one person or many, in the one list that there is for it.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readTags } from "../src/app/tags.svelte";
import type { TagView } from "../src/backend";
import TagChoice from "../src/components/TagChoice.svelte";
import { hostAnswers } from "./transport";

let all: TagView[];
let put: [string, boolean][];
let app: Record<string, unknown> | undefined;
const tag = (name: string): TagView => ({ id: name, name, color: "#2f6fdb" });

async function show(names: string[], chosen?: string[]) {
  all = names.map(tag);
  hostAnswers((command: string, args: unknown) => {
    if (command === "save_tag") all = [...all, (args as { tag: TagView }).tag];
    return Promise.resolve(command === "list_tags" ? all.map((one) => ({ tag: one, contacts: 0 })) : {});
  });
  await readTags();
  app = mount(TagChoice, {
    target: document.body,
    props: { chosen, set: (of: TagView, on: boolean) => put.push([of.name, on]) },
  });
  flushSync();
}
const field = () => document.querySelector<HTMLInputElement>("input[type=text]")!;
function type(text: string) {
  field().focus();
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}
function press(key: string) {
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  flushSync();
}
const words = () => document.body.textContent;

beforeEach(() => (put = []));
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});

it("says that a name typed there finds a tag or creates it", async () => {
  await show([]);
  expect(words()).toContain("There are no tags yet. Type a name to create one.");
  await unmount(app!);
  await show(["VIP"]);
  expect(field().placeholder).toBe("Find or create a tag");
  expect(words()).toContain("Type a name to find a tag or create it.");
});

it("Enter takes what was typed wholly, else the first that is found, and makes a tag only where none is", async () => {
  await show(["VIP gold", "VIP", "Mayoreo"], ["Mayoreo"]);
  type("vip");
  press("Enter");
  expect(field().value, "the next may be typed at once").toBe("");
  type("mayo");
  press("Enter");
  type("gol");
  press("Enter");
  expect(put, "what they have goes off").toEqual([
    ["VIP", true],
    ["Mayoreo", false],
    ["VIP gold", true],
  ]);
  expect(all, "half a name makes no tag").toHaveLength(3);
  type("Feria");
  press("Enter");
  await expect.poll(() => put.at(-1)).toEqual(["Feria", true]);
  expect(all.map((one) => one.name)).toContain("Feria");
});

it("the arrows walk from the field through the list, of one person and of many", async () => {
  await show(["Mayoreo", "VIP"], ["VIP"]);
  field().focus();
  press("ArrowDown");
  press("ArrowDown");
  expect((document.activeElement as HTMLInputElement).checked, "VIP is theirs").toBe(true);
  (document.activeElement as HTMLElement).click();
  await unmount(app!);
  await show(["Mayoreo", "VIP"]);
  field().focus();
  press("ArrowDown");
  press("ArrowDown");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Add “VIP”");
  (document.activeElement as HTMLElement).click();
  document.querySelector<HTMLElement>("[aria-label='Remove “Mayoreo”']")!.click();
  press("ArrowUp");
  expect(put).toEqual([
    ["VIP", false],
    ["VIP", true],
    ["Mayoreo", false],
  ]);
});
