import { expect, it } from "vitest";
import { currentToast, did, undoToast } from "../src/app/toast.svelte";
import { lastUndo, undo, undoDepth } from "../src/app/undo.svelte";

it("an act is taken back once, from the toast or from the stack", async () => {
  let open = 0;
  did("Closed", () => void open++);
  const toast = currentToast()!;
  await undoToast(toast);
  await undo();
  expect(open, "the second undo finds nothing").toBe(1);
  expect(currentToast(), "the toast goes with it").toBeUndefined();
});

it("the stack keeps the newest fifty", async () => {
  for (let i = 0; i < 60; i++) did(`act ${i}`, () => undefined);
  expect(undoDepth()).toBe(50);
  expect(lastUndo()?.label).toBe("act 59");
  await undo();
  expect(lastUndo()?.label, "newest first").toBe("act 58");
});
