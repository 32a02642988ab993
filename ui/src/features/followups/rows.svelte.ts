// A list of follow-ups, of which only what is in view is read. What changes is read again as a whole window, so that
// nothing older is painted over anything newer.
import { call, type AgendaBucket, type AgendaScope, type FollowUpId, type FollowUpView } from "../../backend";
import { today } from "../../app/agenda.svelte";
import { exactNow } from "../../app/clock.svelte";
import { addDays } from "../../lib/due";
import { startOfDay } from "../../lib/time";
import { Newest } from "../../lib/newest";

export interface Page {
  rows: FollowUpView[];
  total: number;
}
export type ReadPage = (offset: number, limit: number) => Promise<Page>;

/** The open ones of some days, whatever they are called in the agenda: those that wait for a decision, then the
 *  others by their time. The buckets follow one another, so that a page goes through them in order. */
export function readDays(scope: AgendaScope, from_ms: number, until_ms: number): ReadPage {
  return async (offset, limit) => {
    const now = exactNow();
    const { day_end_ms } = today(now);
    const after = startOfDay(addDays(day_end_ms, 1));
    const buckets: [AgendaBucket, number, number][] = [
      ["overdue", -Infinity, now],
      ["today", now, day_end_ms],
      ["tomorrow", day_end_ms, after],
      ["later", after, Infinity],
    ];
    const due = buckets.filter(([, begins, ends]) => from_ms < ends && until_ms > begins);
    const asking =
      from_ms < now ? (await call("list_follow_ups", { scope, bucket: "asking", offset: 0, limit: 200 })).rows : [];
    const of = asking.filter(({ follow_up: { due_at_ms } }) => due_at_ms >= from_ms && due_at_ms < until_ms);
    const rows = of.slice(offset, offset + limit);
    let total = of.length;
    for (const [bucket] of due) {
      const page = await call("list_follow_ups", {
        scope,
        bucket,
        from_ms,
        until_ms,
        offset: Math.max(0, offset - total),
        limit: Math.max(1, limit - rows.length),
      });
      if (rows.length < limit) rows.push(...page.rows.slice(0, limit - rows.length));
      total += page.total;
    }
    return { rows, total };
  };
}

const MARGIN = 40;

export class Rows {
  rows = $state.raw<FollowUpView[]>([]);
  /** Row number of `rows[0]`. */
  start = $state(0);
  total = $state(0);
  /** Something was read: an empty list is empty. */
  read = $state(false);

  #ask: ReadPage | undefined;
  #wanted: readonly [first: number, last: number] = [0, 20];
  #reads = new Newest();

  /** Another list. */
  async show(ask: ReadPage): Promise<void> {
    this.#ask = ask;
    this.#wanted = [0, 20];
    await this.#read();
  }
  again(): Promise<void> {
    return this.#read();
  }
  at(index: number): FollowUpView | undefined {
    return this.rows[index - this.start];
  }
  /** -1: not here, or not in the stretch that is held. */
  indexOf(id: FollowUpId | undefined): number {
    const found = this.rows.findIndex((row) => row.follow_up.id === id);
    return found === -1 ? -1 : found + this.start;
  }
  /** What is in view. */
  want(first: number, last: number): void {
    this.#wanted = [first, last];
    const end = Math.min(last, this.total);
    if (first < this.start || end > this.start + this.rows.length) void this.#read();
  }
  async #read(): Promise<void> {
    const ask = this.#ask;
    if (!ask) return;
    const [first, last] = this.#wanted;
    const from = Math.max(0, first - MARGIN);
    const limit = Math.min(200, last - from + MARGIN);
    const page = await this.#reads.ask(() => ask(from, limit)).catch(() => undefined);
    if (!page || ask !== this.#ask) return;
    this.rows = page.rows;
    this.start = from;
    this.total = page.total;
    this.read = true;
  }
}
