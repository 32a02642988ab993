import { expect, it } from "vitest";
import { act, undoLast } from "../src/app/act";
import { say } from "../src/app/bulk-leads";
import { ApiError, type CardView, type Done } from "../src/backend";
import { currentToast, did, undoToast } from "../src/app/toast.svelte";
import { dropUndo, lastUndo, pushUndo, undo, undoDepth, type UndoEnd } from "../src/app/undo.svelte";
import { said } from "../src/features/board/deeds";
import type { BoardModel } from "../src/features/board/model.svelte";
import { Bulk } from "../src/features/leads/page/bulk.svelte";
import { m } from "../src/paraglide/messages.js";
import { hostAnswers } from "./transport";

/** Takes it back, and `what` happens with it. */
const done = (what: () => void) => (): UndoEnd => {
  what();
  return "done";
};

it("an act is taken back once, from the toast or from the stack", async () => {
  let open = 0;
  did(
    "Closed",
    done(() => open++),
  );
  const toast = currentToast()!;
  await undoToast(toast);
  await undo();
  expect(open, "the second undo finds nothing").toBe(1);
  expect(currentToast(), "the toast goes with it").toBeUndefined();
});

it("the stack keeps the newest fifty", async () => {
  for (let i = 0; i < 60; i++) did(`act ${i}`, () => "done");
  expect(undoDepth()).toBe(50);
  expect(lastUndo()?.label).toBe("act 59");
  await undo();
  expect(lastUndo()?.label, "newest first").toBe("act 58");
});

it("what is still under way is what Ctrl+Z takes back, not what was done before it", async () => {
  let before = 0;
  did(
    "Renamed",
    done(() => before++),
  );
  let finish: (done: Done) => void = () => undefined;
  const doing = act("Deleted", () => new Promise<Done>((resolve) => (finish = resolve)));
  const undone = undo();
  finish({ undo: null });
  expect(await undone, "it left nothing to take back").toBeUndefined();
  await doing;
  expect(before, "nor was the deed before it").toBe(0);
  expect(lastUndo()?.label, "and it stands no longer in the stack").toBe("Renamed");
});

it("a deed that was refused leaves nothing to take back", async () => {
  const depth = undoDepth();
  expect(await act("Deleted", () => Promise.reject(new Error("no")))).toBe(false);
  expect(undoDepth()).toBe(depth);
});

it("two in a row are taken back one after the other: the later deed stands in the way of the earlier", async () => {
  const log: string[] = [];
  let finish: () => void = () => undefined;
  did(
    "Marked",
    done(() => log.push("marked")),
  );
  did("Scored", async (): Promise<UndoEnd> => {
    await new Promise<void>((resolve) => (finish = resolve));
    log.push("scored");
    return "done";
  });
  const both = Promise.all([undo(), undo()]);
  await Promise.resolve();
  await Promise.resolve();
  expect(log, "the first is under way").toEqual([]);
  finish();
  await both;
  expect(log).toEqual(["scored", "marked"]);
});

const CHANGED = new ApiError("CHANGED_MEANWHILE");
const FULL = new ApiError("DISK_FULL", {}, true);
const TOKEN = { id: "token" } as never;
/** Answers "undo" with these, the first refusal first, and takes it back from then on. */
function undoRefused(...refusals: ApiError[]): void {
  hostAnswers((command) => {
    const refusal = command === "undo" ? refusals.shift() : undefined;
    if (refusal) return Promise.reject(refusal);
    return command === "list_history"
      ? { events: [{ lead_id: "lead", by: { by: "member", id: "ana" } }], next: null }
      : command === "get_sale"
        ? { members: [{ id: "ana", name: "Ana", is_me: false }] }
        : { is_done: true, left_out: [] };
  });
}

it("what was refused is not said to be undone: the refusal stays to be read", async () => {
  undoRefused(CHANGED);
  await act("Renamed", () => Promise.resolve({ undo: TOKEN }));
  const depth = undoDepth();
  await undoLast();
  expect(currentToast()).toMatchObject({ text: m.error_changed_meanwhile(), tone: "problem" });
  expect(undoDepth(), "it will not succeed later either").toBe(depth - 1);
});

it("what was taken back is said to be undone", async () => {
  undoRefused();
  await act("Renamed", () => Promise.resolve({ undo: TOKEN }));
  await undoLast();
  expect(currentToast()).toMatchObject({ text: m.undone({ what: "Renamed" }), tone: "plain" });
});

it("who changed a card meanwhile is named and stays on screen after Ctrl+Z (FUN-16)", async () => {
  undoRefused();
  const card = { name: "Maria", lead: { id: "lead", contact_id: "contact" } } as CardView;
  const model = { takeBack: () => Promise.reject(CHANGED) } as unknown as BoardModel;
  const moved = { report: { done: 1, undo: TOKEN } } as never;
  await said(model, card, "Maria is in Offer", Promise.resolve(moved));
  await undoLast();
  expect(currentToast()?.text).toBe(m.board_undo_changed({ name: "Maria", who: m.board_who_member({ name: "Ana" }) }));
});

it("a deed on many that was refused to be undone says why, from the inbox and from the leads", async () => {
  const report = { done: 3, skipped: 0, left: 0, undo: TOKEN, error: null, left_out: [] };
  undoRefused(CHANGED, CHANGED);
  say((count) => `${count} moved`, report);
  await undoLast();
  expect(currentToast()?.text, "of chats").toBe(m.error_changed_meanwhile());

  hostAnswers((command) => (command === "undo" ? Promise.reject(CHANGED) : report));
  await new Bulk().run("Moved", { ids: [] } as never, 3, {} as never);
  await undoLast();
  expect(currentToast()?.text, "of leads").toBe(m.error_changed_meanwhile());
});

it("of many, those that changed since stay and are told with the undo", async () => {
  const rosa = { contact_id: "rosa", name: "Rosa" };
  const why = { why: "refused" as const, refusal: { code: "CHANGED_MEANWHILE" as const } };
  const left = (count: number) => [{ why, count, people: [rosa] }];
  const report = { done: 3, skipped: 0, left: 0, undo: TOKEN, error: null, left_out: [] };
  for (const [is_done, count, text, tone] of [
    [true, 1, /^Taken back in part: 1 had changed since$/, "plain"],
    [false, 3, /^Not taken back: 3 had changed since$/, "problem"],
  ] as const) {
    hostAnswers(() => ({ is_done, left_out: left(count) }));
    say((count) => `${count} moved`, report);
    await undoLast();
    expect(currentToast()?.text).toMatch(text);
    expect(currentToast()?.tone).toBe(tone);
    expect(currentToast()?.action?.label, "and who they are is one press away").toBe(m.leads_see_them());
  }
});

it("a full disk takes nothing away: Ctrl+Z again takes it back", async () => {
  undoRefused(FULL);
  await act("Renamed", () => Promise.resolve({ undo: TOKEN }));
  const depth = undoDepth();
  await undoLast();
  expect(currentToast()?.text).toBe(m.error_disk_full());
  expect([undoDepth(), lastUndo()?.label]).toEqual([depth, "Renamed"]);
  await undoLast();
  expect(currentToast()?.text).toBe(m.undone({ what: "Renamed" }));
  expect(undoDepth()).toBe(depth - 1);
});

it("what comes back stands where it stood, before what was done meanwhile", async () => {
  let answer: (became: UndoEnd) => void = () => undefined;
  did("Older", () => new Promise<UndoEnd>((resolve) => (answer = resolve)));
  const undoing = undo();
  did("Newer", () => "done");
  await Promise.resolve();
  answer("later");
  expect(await undoing, "nothing was taken back").toBeUndefined();
  expect(lastUndo()?.label).toBe("Newer");
  await undo();
  expect(lastUndo()?.label).toBe("Older");
});

it("what was over before the answer came does not come back", async () => {
  let answer: (became: UndoEnd) => void = () => undefined;
  const entry = { label: "Sent", undo: () => new Promise<UndoEnd>((resolve) => (answer = resolve)) };
  pushUndo(entry);
  const depth = undoDepth();
  const undoing = undo();
  await Promise.resolve();
  dropUndo(entry);
  answer("later");
  await undoing;
  expect(undoDepth(), "the message has left").toBe(depth - 1);
});
