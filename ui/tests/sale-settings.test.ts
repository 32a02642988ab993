// Names and orders of what leads point to: what is kept, what is taken, and where a row is put.
import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import { currentToast } from "../src/app/toast.svelte";
import type { Stage } from "../src/backend";
import { Adding } from "../src/features/sale/adding.svelte";
import ColorField from "../src/features/sale/ColorField.svelte";
import { editable, stagesToSave } from "../src/features/sale/funnel";
import { nameToSave, named, takenBy } from "../src/features/sale/names";
import { newId } from "../src/lib/id";
import SortableHarness from "./SortableHarness.svelte";

afterEach(() => showLocale("en"));

describe("a name", () => {
  it("of the product's own row is kept only once it is another", () => {
    const row = { code: "converted", name: "" };
    expect(nameToSave(row, "Converted")).toBe("");
    expect(nameToSave(row, " Sold ")).toBe("Sold");
    showLocale("es");
    expect(nameToSave(row, "Convertido"), "in the language on screen").toBe("");
    expect(nameToSave({ name: "" }, " Quoted "), "of people's own rows always").toBe("Quoted");
  });
  it("is taken whatever its case, accents and spaces, also by the product's word", () => {
    const rows = [
      { id: "a", code: "new", name: "" },
      { id: "b", name: "Café  con leche" },
    ];
    expect(takenBy(rows, "x", "NEW")?.id).toBe("a");
    expect(takenBy(rows, "x", " cafe con LECHE ")?.id).toBe("b");
    expect(takenBy(rows, "b", "cafe con leche"), "not by itself").toBeUndefined();
    expect(takenBy(rows, "x", "  "), "nothing is no name").toBeUndefined();
    expect(named(rows, "leche").map((row) => row.id)).toEqual(["b"]);
  });
});

describe("a funnel's stages", () => {
  const stage = (id: string, patch: Partial<Stage> = {}): Stage => ({
    id,
    funnel_id: "f",
    name: id,
    color: "#111111",
    position: "V",
    ...patch,
  });
  it("are kept where they are new or changed, and no others", () => {
    const before = [
      stage("a", { code: "new", name: "" }),
      stage("b"),
      stage("c"),
      stage("d", { bound_status_id: "s" }),
    ];
    const now = before.map(editable);
    now[1]!.text = "B";
    now[2]!.position = "k";
    now[3]!.bound_status_id = null;
    now.push({ id: "e", text: "E", color: "#222222", position: "z", bound_status_id: null });
    // The language changed while they were edited: nobody touched "New".
    showLocale("es");
    expect(stagesToSave(now, before, "f").map(({ id, name }) => [id, name])).toEqual([
      ["b", "B"],
      ["c", "c"],
      ["d", "d"],
      ["e", "E"],
    ]);
  });
});

describe("a new id", () => {
  it("is a UUIDv7 of its moment", () => {
    // The first 48 bits are the moment.
    const at = 1_795_824_000_000;
    const id = newId(at);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(at);
    expect(newId(at + 1) > id, "later ones sort later").toBe(true);
  });
});

describe("a list in an order of its own", () => {
  it("moves a row by the arrow keys on its handle, between its new neighbours, and not past the ends", async () => {
    const moves: string[][] = [];
    const items = ["a", "b", "c"].map((id) => ({ id }));
    const app = mount(SortableHarness, {
      target: document.body,
      props: {
        items,
        onmove: (...row: ({ id: string } | undefined)[]) => moves.push(row.map((one) => one?.id ?? "-")),
      },
    });
    flushSync();
    const grips = [...document.querySelectorAll<HTMLButtonElement>("button.grip")];
    // Each is over before the next: the list, whose rows nobody changed, is as it was again.
    const press = async (at: number, key: string) => {
      grips[at]!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await tick();
      await tick();
      flushSync();
    };
    await press(0, "ArrowDown");
    await press(2, "ArrowUp");
    await press(0, "ArrowUp");
    await press(2, "ArrowDown");
    await press(1, "Enter");
    expect(moves).toEqual([
      ["a", "b", "c"],
      ["c", "a", "b"],
    ]);
    void unmount(app);
  });
  it("shows a row where it was put while the move is kept, and where it stands once it is over", async () => {
    let over = () => {};
    const items = ["a", "b", "c"].map((id) => ({ id }));
    const onmove = () => new Promise<void>((resolve) => (over = resolve));
    const app = mount(SortableHarness, { target: document.body, props: { items, onmove } });
    flushSync();
    const rows = () => [...document.querySelectorAll("li")].map((li) => li.textContent?.trim());
    const grip = document.querySelector<HTMLButtonElement>("button.grip")!;
    grip.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
    await tick();
    expect(rows(), "at once, before any answer").toEqual(["b", "a", "c"]);
    over();
    await tick();
    await tick();
    flushSync();
    expect(rows(), "it was refused: nothing was kept").toEqual(["a", "b", "c"]);
    void unmount(app);
  });
});

describe("a colour", () => {
  it("is taken once it is one; what is no colour yet stays as it is typed, and says so", async () => {
    const app = mount(ColorField, { target: document.body, props: { value: "#2f6fdb", name: "New" } });
    flushSync();
    const field = document.querySelector<HTMLInputElement>("input.input")!;
    const type = async (text: string) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await tick();
      flushSync();
    };
    await type("#12");
    expect(field.value).toBe("#12");
    expect(document.querySelector("[role=alert]")?.textContent).toBe("A color looks like #2f6fdb.");
    await type("1F7A3D");
    expect(document.querySelector("[role=alert]")).toBeNull();
    const chosen = document.querySelector<HTMLInputElement>("input[type=radio]:checked")!;
    expect(chosen.getAttribute("aria-label"), "the third of the ten").toBe("Color 3");
    void unmount(app);
  });
});

it("a quick hand adds the next name while the last is on its way, and each once", async () => {
  const adding = new Adding();
  const finish: (() => void)[] = [];
  const saved: string[] = [];
  const save = (name: string) => {
    saved.push(name);
    return new Promise<null>((resolve) => finish.push(() => resolve(null)));
  };
  adding.name = "Bogotá";
  const first = adding.add(save);
  void adding.add(save);
  adding.name = "Lima";
  const second = adding.add(save);
  expect(saved, "a second Enter on one name adds nothing").toEqual(["Bogotá", "Lima"]);
  finish[0]!();
  await first;
  expect(adding.name, "what is typed meanwhile stays").toBe("Lima");
  finish[1]!();
  await second;
  expect(adding.name).toBe("");
});

it("why a name was not added stands under it, and is told elsewhere once another is typed", async () => {
  const adding = new Adding();
  adding.name = "Lima";
  await adding.add(async () => ({ text: "It is full." }));
  expect([adding.name, adding.refused]).toEqual(["Lima", "It is full."]);
  adding.typed();
  const late = adding.add(async () => ({ text: "It is full." }));
  adding.name = "Quito";
  await late;
  expect(adding.refused, "Quito was not refused").toBeUndefined();
  expect(currentToast()?.text).toBe("It is full.");
});
