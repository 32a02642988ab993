// What a screen reader hears of new messages.
import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Announcer from "../src/app/Announcer.svelte";
import { startEvents } from "../src/app/events";
import { hostAnswers } from "./transport";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("who writes twice is heard twice, and several at once are one sentence", async () => {
  let tell: (event: unknown) => void = () => undefined;
  hostAnswers(
    () => undefined,
    (handler) => {
      tell = handler;
      return () => undefined;
    },
  );
  const stop = startEvents();
  const app = mount(Announcer, { target: document.body });
  await tick();
  const log = document.querySelector("[role=log]")!;
  const writes = async (...names: string[]) => {
    for (const name of names) tell({ event: "message_arrived", conversation_id: "c", message_id: "m", name });
    await vi.advanceTimersByTimeAsync(1_000);
    flushSync();
    await tick();
    expect(log.childElementCount).toBe(1);
    return log.firstElementChild!;
  };
  const [first, second, both] = [await writes("Ana"), await writes("Ana"), await writes("Ana", "Bruno")];
  expect([first, second, both].map((node) => node.textContent)).toEqual([
    "New message from Ana",
    "New message from Ana",
    "2 new messages",
  ]);
  // A log tells what is added to it; a text that is the same again is nothing new.
  expect(second).not.toBe(first);
  await unmount(app);
  stop();
});
