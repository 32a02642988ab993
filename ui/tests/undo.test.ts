import { expect, it } from "vitest";
import { act } from "../src/app/act";
import type { Done } from "../src/backend";
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

it("what is still under way is what Ctrl+Z takes back, not what was done before it", async () => {
  let before = 0;
  did("Renamed", () => void before++);
  let finish: (done: Done) => void = () => undefined;
  const doing = act("Deleted", () => new Promise<Done>((resolve) => (finish = resolve)));
  const undone = undo();
  finish({ undo: null });
  expect((await undone)?.label).toBe("Deleted");
  await doing;
  expect(before).toBe(0);
  expect(lastUndo()?.label, "which could not be taken back, and stands no longer in the stack").toBe("Renamed");
});

it("a deed that was refused leaves nothing to take back", async () => {
  const depth = undoDepth();
  expect(await act("Deleted", () => Promise.reject(new Error("no")))).toBe(false);
  expect(undoDepth()).toBe(depth);
});

it("two in a row are taken back one after the other: the later deed stands in the way of the earlier", async () => {
  const log: string[] = [];
  let finish: () => void = () => undefined;
  did("Marked", () => void log.push("marked"));
  did("Scored", async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    log.push("scored");
  });
  const both = Promise.all([undo(), undo()]);
  await Promise.resolve();
  await Promise.resolve();
  expect(log, "the first is under way").toEqual([]);
  finish();
  await both;
  expect(log).toEqual(["scored", "marked"]);
});
