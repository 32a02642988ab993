import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchHands } from "../src/app/app-lock.svelte";
import { useTransport } from "../src/backend";

const locked = {
  phase: { phase: "locked", code: "APP_LOCKED", passphrase_possible: false, passphrase_set: false },
  language: "en",
  theme: "system",
  version: "0",
  session: null,
};
let calls: string[] = [];
let view = { is_set: true, after_minutes: 5 };
let stop: (() => void) | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  useTransport({
    call: (command) => {
      calls.push(command);
      return Promise.resolve(command === "get_app_lock" ? view : locked);
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});
afterEach(() => {
  stop?.();
  vi.useRealTimers();
});
const minutes = (n: number) => vi.advanceTimersByTimeAsync(n * 60_000);
const times = () => calls.filter((command) => command === "lock_app").length;

it("locks after the minutes without a hand, and a hand starts them anew", async () => {
  stop = watchHands();
  await minutes(4);
  dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
  await minutes(4);
  expect(times(), "eight minutes, but never five in a row").toBe(0);
  await minutes(1.2);
  expect(times()).toBeGreaterThan(0);
});

it("locks at once when the machine slept through the minutes", async () => {
  stop = watchHands();
  await vi.advanceTimersByTimeAsync(1);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times(), "timers stood still, the clock did not").toBe(1);
});

it("never locks by itself without a PIN or when only by hand", async () => {
  for (const other of [
    { is_set: false, after_minutes: 5 },
    { is_set: true, after_minutes: 0 },
  ]) {
    view = other;
    stop?.();
    stop = watchHands();
    await minutes(120);
  }
  expect(times()).toBe(0);
});
