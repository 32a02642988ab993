import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { resume } from "../src/app/events";
import { watchPresence } from "../src/app/presence.svelte";
import { useTransport, type WindowPresence } from "../src/backend";
import { state } from "./watch.svelte";

let told: WindowPresence[] = [];
let answers: (() => void)[] = [];
/** Answers come when they are let go. */
let held = false;
let stop: (() => void) | undefined;
let hasFocus = true;
let at_ms = 0;
const chat = state<{ open: string | null }>({ open: null });

beforeEach(() => {
  told = [];
  answers = [];
  held = false;
  hasFocus = true;
  at_ms = 1_000_000;
  chat.open = null;
  vi.spyOn(document, "hasFocus").mockImplementation(() => hasFocus);
  useTransport({
    call: (command, args) => {
      if (command !== "report_presence") throw new Error(command);
      told.push(args as WindowPresence);
      return new Promise((answer) => (held ? answers.push(() => answer({})) : answer({})));
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
  vi.restoreAllMocks();
});
const settle = async () => {
  flushSync();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
async function start() {
  stop = watchPresence(
    () => chat.open,
    () => at_ms,
  );
  await settle();
}

it("tells where the person is at the start and once per change", async () => {
  chat.open = "maria";
  await start();
  expect(told).toEqual([{ focused: true, visible: true, open_chat: "maria", input: false }]);
  dispatchEvent(new Event("focus"));
  await settle();
  expect(told, "nothing changed").toHaveLength(1);
  hasFocus = false;
  dispatchEvent(new Event("blur"));
  await settle();
  expect(told.at(-1)).toEqual({ focused: false, visible: true, open_chat: "maria", input: false });
  chat.open = "bruno";
  await settle();
  expect(told.at(-1)?.open_chat).toBe("bruno");
  chat.open = null;
  await settle();
  expect(told.at(-1)?.open_chat, "Settings show no chat").toBeNull();
  expect(told).toHaveLength(4);
});

it("tells of a window that cannot be seen any more", async () => {
  await start();
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  expect(told.at(-1)?.visible).toBe(false);
});

it("tells of input at most every 20 seconds", async () => {
  await start();
  const press = async () => {
    dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
    await settle();
  };
  await press();
  expect(told.at(-1)?.input, "the first at once").toBe(true);
  for (let i = 0; i < 100; i++) {
    at_ms += 199;
    await press();
  }
  expect(
    told.filter((presence) => presence.input),
    "19.9 s of typing",
  ).toHaveLength(1);
  at_ms += 100;
  await press();
  expect(
    told.filter((presence) => presence.input),
    "20 s",
  ).toHaveLength(2);
});

it("never lets an older place arrive after a newer one", async () => {
  held = true;
  await start();
  chat.open = "maria";
  await settle();
  chat.open = "bruno";
  await settle();
  expect(told, "one at a time").toHaveLength(1);
  answers.shift()?.();
  await settle();
  expect(told.slice(1), "then only where they are now").toEqual([
    { focused: true, visible: true, open_chat: "bruno", input: false },
  ]);
});

it("tells an app that was started again, although nothing changed here", async () => {
  await start();
  resume();
  await settle();
  expect(told).toHaveLength(2);
  expect(told[1]).toEqual(told[0]);
});
