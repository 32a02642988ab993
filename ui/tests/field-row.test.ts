// A custom field where it stands in the panel.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it } from "vitest";
import { currentToast, dismissToast } from "../src/app/toast.svelte";
import FieldRow from "../src/app/fields/FieldRow.svelte";
import type { CustomField, FieldKind, FieldValue } from "../src/backend";

const VALUES: [FieldValue, string][] = [
  [{ kind: "text", text: "Ele" }, "Ele"],
  [{ kind: "link", url: "https://example.com/ele" }, "https://example.com/ele"],
  [{ kind: "number", number: { units: 1250, decimals: 0 } }, "1,250"],
  [{ kind: "money", amount: { units: 12505, decimals: 1 } }, "1,250.50"],
];
const field = (kind: FieldKind): CustomField => ({
  ...{ id: "f1", of: "contact", name: "Field", position: "V", required_at: [] },
  options: [
    { id: "o1", name: "Red" },
    { id: "o2", name: "Blue" },
  ],
  kind,
});
let app: ReturnType<typeof mount> | undefined;
let saved: (FieldValue | null)[];
function show(kind: FieldKind, value: FieldValue | undefined) {
  saved = [];
  const save = (next: FieldValue | null) => (saved.push(next), Promise.resolve(null));
  app = mount(FieldRow, { target: document.body, props: { field: field(kind), value, save } });
  flushSync();
}
const settle = () => new Promise((resolve) => setTimeout(resolve)).then(() => flushSync());
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  dismissToast();
});

it.each(VALUES)("shows what is kept, and whoever comes by changes nothing: %o", async (value, text) => {
  show(value.kind, value);
  const input = document.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea")!;
  expect(input.value).toBe(text);
  input.focus();
  flushSync();
  await settle();
  input.blur();
  flushSync();
  await settle();
  expect(saved).toEqual([]);
  expect(input.value).toBe(text);
});

async function chooseDay(typed: string, leave: "outside" | "esc") {
  show("date", undefined);
  document.querySelector<HTMLButtonElement>("button.choose")!.click();
  flushSync();
  await settle();
  const input = document.querySelector<HTMLInputElement>(".typed input")!;
  input.focus();
  input.value = typed;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
  if (leave === "esc")
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
  await unmount(app!);
  app = undefined;
  await settle();
}
it("keeps a day that was typed however the month is left, but by Esc", async () => {
  await chooseDay("01/10/2027", "outside");
  expect(saved).toEqual([{ kind: "date", date: "2027-01-10" }]);
  await chooseDay("01/10/2027", "esc");
  expect(saved).toEqual([]);
});

const press = (key: string) =>
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const red: FieldValue = { kind: "multi_list", option_ids: ["o1"] };
/** Opens the list of somebody with "Red", and ticks "Blue" too. */
async function tickBlue() {
  show("multi_list", red);
  document.querySelector<HTMLButtonElement>("button.choose")!.click();
  flushSync();
  await settle();
  const [, blue] = document.querySelectorAll<HTMLInputElement>(".picks input");
  blue!.focus();
  blue!.click();
  flushSync();
}
const both = [{ kind: "multi_list", option_ids: ["o1", "o2"] }];
it("keeps what was ticked however the list is left, but by Esc", async () => {
  for (const key of ["Tab", "Enter"]) {
    await tickBlue();
    press(key);
    flushSync();
    await settle();
    expect(saved, `left by ${key}`).toEqual(both);
    expect(document.querySelector("button.choose")!.ariaExpanded, "it is closed").toBe("false");
    await unmount(app!);
    await settle();
    expect(saved, "once").toEqual(both);
  }
  await tickBlue();
  await unmount(app!);
  app = undefined;
  expect(saved, "left with the whole row, as by another chat").toEqual(both);
});

it("says that Esc put back what was there, and still has what was ticked", async () => {
  await tickBlue();
  expect(document.querySelector(".picks")!.textContent).toContain("Esc puts it back");
  press("Escape");
  flushSync();
  await settle();
  expect(saved).toEqual([]);
  expect(currentToast()?.text).toBe("“Field” stayed as it was.");
  currentToast()!.action!.run();
  await settle();
  expect(saved).toEqual(both);
});

it("offers what was ticked only for as long as the field of this person is there", async () => {
  await tickBlue();
  press("Escape");
  flushSync();
  await settle();
  await unmount(app!);
  app = undefined;
  expect(currentToast(), "it would be kept for whoever is there next").toBeUndefined();
  expect(saved).toEqual([]);
});

it("says nothing where Esc had nothing to put back", async () => {
  show("multi_list", red);
  document.querySelector<HTMLButtonElement>("button.choose")!.click();
  flushSync();
  await settle();
  document.querySelector<HTMLInputElement>(".picks input")!.focus();
  press("Escape");
  flushSync();
  await settle();
  expect(currentToast()).toBeUndefined();
});

const boxes = () => [...document.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
async function openMany(value?: FieldValue) {
  show("multi_list", value);
  document.querySelector<HTMLButtonElement>("button.choose")!.click();
  flushSync();
  await expect.poll(boxes).toHaveLength(2);
}
function pressAt(at: number, key: string) {
  boxes()[at]!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  flushSync();
}
const many = (...option_ids: string[]): FieldValue => ({ kind: "multi_list", option_ids });

it("keeps the one that Enter is pressed on, and shows it before it is read again", async () => {
  await openMany();
  pressAt(1, "Enter");
  await settle();
  expect(saved).toEqual([many("o2")]);
  expect(document.querySelector("button.choose")?.textContent).toContain("Blue");
});

it("does not add the one that Enter is pressed on to those that Space ticked", async () => {
  await openMany();
  boxes()[0]!.click();
  flushSync();
  pressAt(1, "Enter");
  await settle();
  expect(saved).toEqual([many("o1")]);
});

it("never takes one off by Enter", async () => {
  await openMany(many("o2"));
  pressAt(1, "Enter");
  await settle();
  expect(saved).toEqual([]);
});
