// One end of quiet hours, typed as everywhere else.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import QuietTime from "../src/features/alerts/QuietTime.svelte";

let set: (number | undefined)[];
let app: Record<string, unknown> | undefined;
let input: HTMLInputElement;

beforeEach(() => {
  vi.useFakeTimers();
  set = [];
  app = mount(QuietTime, {
    target: document.body,
    props: { minute: 1200, label: "Monday: from", refused: false, onset: (minute?: number) => set.push(minute) },
  });
  flushSync();
  input = document.querySelector("input")!;
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  vi.useRealTimers();
});
function type(text: string) {
  input.focus();
  for (let end = 1; end <= text.length; end++) {
    input.value = text.slice(0, end);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
  }
}

it("takes a time as people write it, once the hand rests", () => {
  expect(input.type).toBe("text");
  type("22h15");
  expect(set, "2, 22 and 22h are times on the way").toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(set).toEqual([1335]);
});
it("or is left, once", () => {
  type("9:30 pm");
  input.blur();
  vi.advanceTimersByTime(1000);
  expect(set).toEqual([1290]);
});
it("tells what is no time, and what was typed before its page was left", async () => {
  type("noon");
  vi.advanceTimersByTime(1000);
  expect(set).toEqual([undefined]);
  type("8");
  await unmount(app!);
  app = undefined;
  expect(set).toEqual([undefined, 480]);
});
it("the arrows go by a quarter of an hour", () => {
  input.focus();
  for (const key of ["ArrowUp", "ArrowUp"])
    input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  input.dispatchEvent(new KeyboardEvent("keyup", { key: "Enter", bubbles: true }));
  expect(set).toEqual([1230]);
});
