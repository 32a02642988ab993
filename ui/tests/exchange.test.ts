// The list of imports: what is said of one that is taken back.
import { mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import { currentToast, dismissToast } from "../src/app/toast.svelte";
import type { ImportUndone, ImportView } from "../src/backend";
import Exchange from "../src/features/exchange/Exchange.svelte";
import { hostAnswers } from "./transport";

let list: ReturnType<typeof mount>;
beforeEach(() => {
  showLocale("en");
  dismissToast();
});
afterEach(() => unmount(list));

const button = (name: string) =>
  [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === name);

it("an import that changed nothing says so when it is taken back, in the toast and in its row", async () => {
  const counts = { made: 0, changed: 0, same: 4, failed: 0, check_phone: 0, check_fields: 0 };
  const undone: ImportUndone = { at_ms: 2, removed: 0, restored: 0, kept: 0, messages: 0, messages_kept: 0 };
  const before = { id: "i1", file_name: "people.csv", by: "me", at_ms: 1, counts, parts: 1 };
  let view = { import: before, can_undo: true, has_error_rows: false } as unknown as ImportView;
  hostAnswers((command) => {
    if (command !== "undo_import") return [view];
    view = { ...view, import: { ...view.import, parts: 0, undone }, can_undo: false };
    return view.import;
  });
  list = mount(Exchange, { target: document.body });
  await expect.poll(() => button("Undo import")).toBeTruthy();
  button("Undo import")!.click();
  await expect
    .poll(() => document.querySelector("li [role=status]")?.textContent)
    .toBe("There was nothing to take back");
  expect(currentToast()?.text).toBe("There was nothing to take back");
});
