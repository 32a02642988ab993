// Erasing waits for its numbers; when they can't be had, the dialog says so and counts again.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError, useTransport, type LineView } from "../src/backend";
import { currentToast } from "../src/app/toast.svelte";
import RemoveDialog from "../src/features/lines/RemoveDialog.svelte";
import { state } from "./watch.svelte";

let answers: (() => Promise<unknown>)[];
let removed: () => Promise<unknown>;
let app: Record<string, unknown> | undefined;
const button = (words: string) =>
  [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === words);
const settle = () => new Promise((resolve) => setTimeout(resolve)).then(() => flushSync());

beforeEach(() => {
  useTransport({
    call: (command) =>
      command === "get_line_content"
        ? answers.shift()!()
        : command === "remove_line"
          ? removed()
          : Promise.reject(new ApiError("UNKNOWN_COMMAND")),
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});

it("a count that failed can be tried again where it stands", async () => {
  let counted = (_: unknown) => {};
  answers = [() => Promise.reject(new ApiError("BUSY")), () => new Promise((resolve) => (counted = resolve))];
  const line = { id: "l1", name: "Shop", waiting: 0 } as LineView;
  app = mount(RemoveDialog, { target: document.body, props: { line, onclose() {}, onremoved() {} } });
  await settle();
  document.querySelectorAll<HTMLInputElement>("input[type=radio]")[1]!.click();
  await settle();
  const erase = button("Remove and erase")!;
  expect(erase.getAttribute("aria-disabled"), "nothing is erased unseen").toBe("true");
  expect(document.body.textContent).toContain("could not be counted");

  button("Count again")!.click();
  await settle();
  expect(document.body.textContent, "it counts").not.toContain("could not be counted");
  counted({ conversations: 1, messages: 2, contacts_going: 0, contacts_staying: 0 });
  await settle();
  const goes = document.querySelector(".outcome[role=status]")!;
  expect(goes.textContent).toContain("2 messages and their files");
  expect(erase.getAttribute("aria-disabled")).not.toBe("true");
});

it("says what was removed also when the list knows it first", async () => {
  const left = vi.fn();
  answers = [() => Promise.resolve({ conversations: 1, messages: 2, contacts_going: 0, contacts_staying: 0 })];
  const props = state({ line: { id: "l1", name: "Shop", waiting: 0 } as LineView, onclose() {}, onremoved: left });
  removed = () => {
    // As the page above does: its line is gone from the list.
    props.line = undefined as unknown as LineView;
    return Promise.resolve({});
  };
  app = mount(RemoveDialog, { target: document.body, props });
  await settle();
  button("Remove the line")!.click();
  await settle();
  await settle();
  expect(left).toHaveBeenCalledOnce();
  expect(currentToast()?.text).toBe("Shop was removed");
});
