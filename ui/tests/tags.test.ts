// The list of tags: what is said when one is deleted.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import { currentToast, dismissToast } from "../src/app/toast.svelte";
import { lastUndo, undo } from "../src/app/undo.svelte";
import type { LeadBulkReport, TagUse } from "../src/backend";
import Tags from "../src/features/sale/Tags.svelte";
import { hostAnswers } from "./transport";

const VIP: TagUse = { tag: { id: "vip", name: "VIP", color: "#2f6fdb" }, contacts: 0 };
let tags: TagUse[];
let report: LeadBulkReport;
let undone: unknown[];
let list: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  showLocale("en");
  dismissToast();
  tags = [VIP];
  undone = [];
  report = { done: 0, skipped: 0, left_out: [], left: 0, error: null, undo: { id: "u1" } };
  hostAnswers((command, args) => {
    if (command === "list_tags") return tags;
    if (command === "undo") {
      undone.push(args);
      return { is_done: true, left_out: [] };
    }
    tags = [];
    return report;
  });
});
afterEach(() => list && unmount(list));

async function deleteIt() {
  list = mount(Tags, { target: document.body });
  await expect.poll(() => document.querySelector("li")).toBeTruthy();
  document.querySelector<HTMLButtonElement>('[aria-label="Delete “VIP”"]')!.click();
  flushSync();
  await expect.poll(() => document.querySelector("li")).toBeNull();
}

it("a tag that nobody has is said to be deleted, and can be brought back by that name", async () => {
  await deleteIt();
  expect(currentToast()?.text).toBe("“VIP” deleted");
  expect(lastUndo()?.label).toBe("“VIP” deleted");
  await undo();
  expect(undone).toEqual([{ id: "u1" }]);
});

it("a tag that stays, because it was stopped before the first of those who have it, is not", async () => {
  report = { ...report, left: 3, undo: null };
  await deleteIt();
  expect(currentToast()?.text).toMatch(/^Nothing changed/);
});
