// From one day to another, typed or chosen.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import DayRange from "../src/components/DayRange.svelte";

interface Days {
  from?: string;
  to?: string;
}
let told: Days[];
let days = $state<Days>({});
let app: Record<string, unknown>;

beforeEach(() => {
  told = [];
  days = { from: "2026-01-10", to: "2026-01-20" };
  app = mount(DayRange, {
    target: document.body,
    props: {
      get from() {
        return days.from;
      },
      get to() {
        return days.to;
      },
      onchange: (next: Days) => {
        told.push(next);
        days = next;
      },
    },
  });
  flushSync();
});
afterEach(() => unmount(app));

const field = (label: string) => document.querySelector<HTMLInputElement>(`input[aria-label="${label}"]`)!;
function type(label: string, text: string) {
  const input = field(label);
  input.focus();
  for (let end = 1; end <= text.length || end === 1; end++) {
    input.value = text.slice(0, end);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
  }
  return input;
}
function enter(input: HTMLInputElement) {
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  flushSync();
}
function leave(input: HTMLInputElement) {
  input.blur();
  flushSync();
}

it("is no field of the browser, and shows its days in the order of the language", () => {
  expect(document.querySelector("input[type=date]")).toBeNull();
  expect([field("From").value, field("To").value]).toEqual(["01/10/2026", "01/20/2026"]);
});
it("a day counts once it is left: on the way to 2026 the year 20 moves nothing", () => {
  const to = type("To", "02/03/2026");
  expect(told).toEqual([]);
  leave(to);
  expect(told).toEqual([{ from: "2026-01-10", to: "2026-02-03" }]);
  leave(type("To", "02/03/2026"));
  expect(told, "the same day again is nothing new").toHaveLength(1);
});
it("of two that cross the other gives way, on Enter too", () => {
  enter(type("To", "1/5/2026"));
  expect(told).toEqual([{ from: "2026-01-05", to: "2026-01-05" }]);
  expect(field("From").value).toBe("01/05/2026");
});
it("what is no day changes nothing and says so; an empty end is open", () => {
  leave(type("From", "13/45"));
  expect(told).toEqual([]);
  expect(document.querySelector("[role=alert]")?.textContent).toContain("12/31/2026");
  leave(type("From", ""));
  expect(told).toEqual([{ from: undefined, to: "2026-01-20" }]);
});
