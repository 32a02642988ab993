// @vitest-environment jsdom
// The card that the keys are on: in a column of thousands, and after another screen was shown.
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CardView, LeadId, Stage } from "../src/backend";
import { Column } from "../src/features/board/column.svelte";
import { Cursor } from "../src/features/board/cursor.svelte";
import type { BoardModel } from "../src/features/board/model.svelte";
import { watch } from "./watch.svelte";

const ALL = 1_000;
const idOf = (row: number) => `lead-${row}`;
const card = (row: number) => ({ lead: { id: idOf(row) }, name: `Customer ${row}` }) as CardView;
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => card(from + i));

let column: Column;
/** Lets the read go that the keys wait for. */
let reads: (() => void)[];
let stop: () => void;
let cursor: Cursor;
let model: BoardModel;

/** A column of a thousand, of which the first forty are held. */
beforeEach(() => {
  column = new Column({ id: "intake" } as Stage);
  column.rows = rows(0, 40);
  column.count = ALL;
  reads = [];
  model = {
    columns: [column],
    cursor: undefined as LeadId | undefined,
    columnOf: (id: LeadId) => (column.indexOf(id) === -1 ? undefined : column),
    card: (id: LeadId) => column.at(column.indexOf(id)),
    held: (_: Column, index: number) =>
      new Promise<void>((done) =>
        reads.push(() => {
          column.start = Math.max(0, index - 20);
          column.rows = rows(column.start, Math.min(ALL, index + 20));
          done();
        }),
      ),
  } as unknown as BoardModel;
  begin();
});
function begin(): void {
  const hooks = { model: () => model, rowHeight: () => 100, reveal: () => undefined };
  let made: Cursor | undefined;
  stop = watch(() => {
    made ??= new Cursor(hooks);
  });
  if (!made) throw new Error("the cursor is made at once");
  cursor = made;
}
afterEach(() => stop());

describe("the card that the keys are on", () => {
  it("goes on from where it is, also where two keys come in one frame", () => {
    cursor.id = idOf(3);
    flushSync();
    cursor.walk(column, "down");
    cursor.walk(column, "down");
    expect(cursor.id).toBe(idOf(5));
  });

  it("goes on from the end of a column while its last cards are read, and not from the top", async () => {
    cursor.id = idOf(3);
    flushSync();
    cursor.walk(column, "end");
    cursor.walk(column, "up");
    cursor.walk(column, "up");
    for (const read of reads) read();
    await vi.waitFor(() => expect(cursor.id).toBe(idOf(ALL - 3)));
  });

  it("goes on from its place where the wheel has led far away from it", async () => {
    cursor.id = idOf(7);
    flushSync();
    column.start = 500;
    column.rows = rows(500, 540);
    flushSync();
    cursor.walk(column, "down");
    expect(reads.length, "the row after it is read").toBe(1);
    reads[0]?.();
    await vi.waitFor(() => expect(cursor.id).toBe(idOf(8)));
  });

  it("has the keys again when the board is shown again", () => {
    cursor.id = idOf(12);
    flushSync();
    stop();
    begin();
    expect(cursor.card?.name).toBe("Customer 12");
  });
});
