import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import DatePicker from "../src/components/DatePicker.svelte";
import DayField from "../src/components/DayField.svelte";
import TimeField from "../src/components/TimeField.svelte";
import { dayFrom, dayTyped } from "../src/lib/date";
import { dateOf, dayMs } from "../src/lib/fields";
import { state } from "./watch.svelte";

const NOW = new Date(2026, 10, 28, 12).getTime();

describe("a day typed by hand", () => {
  it("is read in the order of the language, or with the year first", () => {
    for (const [language, typed] of [
      ["en", "3/4/2026"],
      ["en", "03-04-26"],
      ["es", "4/3/2026"],
      ["es", "4.3.26"],
      ["pt", "04/03/2026"],
      ["pt", "4 3 2026"],
      ["en", "2026-03-04"],
      ["pt", "2026-3-4"],
      ["es", "4/3"],
      ["en", "3/4"],
    ] as const) {
      showLocale(language);
      expect(dayFrom(typed, NOW), `${typed} in ${language}`).toBe("2026-03-04");
    }
  });
  it("has a year of two digits in the hundred years around now", () => {
    showLocale("pt");
    expect(dayFrom("4/3/36", NOW)).toBe("2036-03-04");
    expect(dayFrom("4/3/37", NOW), "a birthday").toBe("1937-03-04");
    expect(dayFrom("4/3/99", NOW)).toBe("1999-03-04");
  });
  it("says no to what is no day", () => {
    showLocale("pt");
    for (const typed of [
      "",
      "31/02/2026",
      "29/2/2027",
      "13/13/2026",
      "0/1/2026",
      "4",
      "4/3/123",
      "2026-03",
      "x",
      "4/3/2026/1",
      "4/3/0026",
    ])
      expect(dayFrom(typed, NOW), typed).toBeUndefined();
    expect(dayFrom("29/2/2028", NOW)).toBe("2028-02-29");
  });
  it("is shown as it is read", () => {
    for (const [language, text] of [
      ["en", "03/04/2026"],
      ["es", "04/03/2026"],
      ["pt", "04/03/2026"],
    ] as const) {
      showLocale(language);
      expect(dayTyped("2026-03-04"), language).toBe(text);
      expect(dayFrom(text, NOW), language).toBe("2026-03-04");
    }
  });
});

let app: Record<string, unknown> | undefined;
let chosen: string[];
beforeEach(() => {
  showLocale("es");
  chosen = [];
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});
const press = async (target: Element, key: string, shiftKey = false) => {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
  flushSync();
  await tick();
};
const type = (input: HTMLInputElement, text: string) => {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
};

describe("the calendar of a day", () => {
  function show() {
    app = mount(DatePicker, {
      target: document.body,
      props: {
        types: true,
        label: "Cumpleaños",
        value: dayMs("2026-11-28"),
        onchange: (day: number) => chosen.push(dateOf(day)),
      },
    });
    flushSync();
    return {
      table: document.querySelector("table")!,
      input: document.querySelector("input")!,
      month: () => document.querySelector(".month")!.textContent,
    };
  }
  it("goes by years with Shift, and with its own buttons", async () => {
    const { table, month } = show();
    for (let year = 0; year < 36; year++) await press(table, "PageUp", true);
    await press(table, "PageDown");
    await press(table, "Enter");
    expect(chosen).toEqual(["1990-12-28"]);
    expect(month()).toBe("Diciembre de 1990");
    document.querySelector<HTMLElement>('[aria-label="Año siguiente"]')!.click();
    flushSync();
    expect(month()).toBe("Diciembre de 1991");
  });
  it("takes a day typed by hand: a digit begins it, Enter chooses it", async () => {
    const { table, input, month } = show();
    expect(input.value).toBe("28/11/2026");
    await press(table, "4");
    expect(document.activeElement).toBe(input);
    expect(input.value).toBe("4");
    await press(input, "Enter");
    expect(chosen, "what is no day is not chosen").toEqual([]);
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(document.querySelector(".problem")!.textContent).toContain("31/12/2026");
    type(input, "4/3/1990");
    expect(month(), "the month follows").toBe("Marzo de 1990");
    await press(input, "Enter");
    expect(chosen).toEqual(["1990-03-04"]);
  });
});

describe("a day of a form", () => {
  it("says under itself why it is no day, and the field points there", () => {
    app = mount(DayField, { target: document.body, props: { label: "Día", value: undefined } });
    flushSync();
    const input = document.querySelector("input")!;
    type(input, "31/02");
    expect(document.querySelector(".problem"), "half a day is no mistake yet").toBeNull();
    input.dispatchEvent(new FocusEvent("blur"));
    flushSync();
    const words = document.getElementById(input.getAttribute("aria-describedby")!);
    expect(words!.textContent).toContain("31/12/2026");
    type(input, "28/02");
    expect(document.querySelector(".problem")).toBeNull();
    expect(input.getAttribute("aria-describedby")).toBeNull();
  });
  it("leaves the words to an owner who takes them", () => {
    const props = state<{ label: string; value: string | undefined; wrong: string | null }>({
      label: "Día",
      value: undefined,
      wrong: null,
    });
    app = mount(DayField, { target: document.body, props });
    flushSync();
    const input = document.querySelector("input")!;
    type(input, "31/02");
    input.dispatchEvent(new FocusEvent("blur"));
    flushSync();
    expect(props.wrong).toContain("31/12/2026");
    expect(document.querySelector(".problem"), "said once").toBeNull();
  });
});

describe("a time of the day", () => {
  it("is typed as people write it, and goes by quarters", async () => {
    const props = state<{ value: number | undefined; wrong: boolean }>({ value: 540, wrong: false });
    app = mount(TimeField, { target: document.body, props });
    flushSync();
    const input = document.querySelector("input")!;
    type(input, "15h30");
    expect(props.value).toBe(15 * 60 + 30);
    await press(input, "ArrowUp");
    expect(props.value).toBe(15 * 60 + 45);
    type(input, "25:00");
    expect([props.value, props.wrong]).toEqual([undefined, true]);
    type(input, "3 pm");
    expect([props.value, props.wrong]).toEqual([15 * 60, false]);
  });
});
