// The log of alerts, newest first: a page at a time, and what comes while it is looked at.
import { call, type AlertLogView, type ConversationId, type LogEntry, type Reason } from "../../backend";
import { isTold, parts, WAYS, type Way } from "./words";

/** As the app answers them; a shorter page is the last. */
const PAGE = 100;

/** A sound waits 3 s for the last one, a banner 10 s for another device; a reminder is a line of its own. */
const LATER_MS = 15_000;

/** What became of one event: each way with its newest truth and what was said before it. */
export interface Told extends AlertLogView {
  ways: { way: Way; reason: Reason; before: Reason[] }[];
}

/** Newest first, as the app answers them. What came of a banner or a sound later has a row of its own: it goes to its
 *  event's. One whose event is on the next page stands alone until that is read. */
export function told(rows: readonly AlertLogView[]): Told[] {
  const later = new Map<AlertLogView, AlertLogView[]>();
  const isPart = new Set<AlertLogView>();
  rows.forEach((row, at) => {
    if (isWhole(row.entry)) return;
    const event = eventOf(row.entry, rows, at + 1);
    if (!event) return;
    isPart.add(row);
    later.set(event, [...(later.get(event) ?? []), row]);
  });
  return rows
    .filter((row) => !isPart.has(row))
    .map((row) => {
      const entries = [...(later.get(row) ?? []), row].map(({ entry }) => entry);
      const ways = WAYS.flatMap((way) => {
        const [reason, ...before] = entries.flatMap((entry) => entry[way] ?? []);
        // "Played" is no truth any more where the device then took no sound.
        return reason ? [{ way, reason, before: before.filter((old) => !isTold(old)) }] : [];
      });
      return { ...row, ways };
    });
}
function eventOf(part: LogEntry, rows: readonly AlertLogView[], from: number): AlertLogView | undefined {
  for (const row of rows.slice(from, from + PAGE)) {
    if (part.at_ms - row.entry.at_ms > LATER_MS) return undefined;
    if (isWhole(row.entry) && isSame(row.entry, part)) return row;
  }
  return undefined;
}
function isWhole(entry: LogEntry): boolean {
  return parts(entry).length === WAYS.length;
}
function isSame(one: LogEntry, other: LogEntry): boolean {
  return (["event", "conversation_id", "message_id", "line_id"] as const).every(
    (key) => (one[key] ?? null) === (other[key] ?? null),
  );
}

export class LogModel {
  rows = $state.raw<AlertLogView[]>([]);
  /** The first page has been read. */
  read = $state(false);
  hasMore = $state(false);
  problem = $state.raw<unknown>();
  #of: ConversationId | null;
  #busy = false;
  #again = false;

  constructor(of: ConversationId | null) {
    this.#of = of;
  }

  /** Reads what is newer than what stands; the first time, the first page. */
  async newest(): Promise<void> {
    await this.#one(async () => {
      const page = await this.#ask(null);
      const known = this.rows[0]?.no ?? 0;
      const newer = page.filter((row) => row.no > known);
      // More came than a page holds: what stands would leave a hole.
      const isWhole = newer.length < page.length || this.rows.length === 0;
      if (!this.read || !isWhole) {
        this.rows = page;
        this.hasMore = page.length === PAGE;
      } else if (newer.length > 0) this.rows = [...newer, ...this.rows];
      this.read = true;
    });
  }
  async older(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || !this.hasMore) return;
    await this.#one(async () => {
      const page = await this.#ask(last.no);
      this.rows = [...this.rows, ...page.filter((row) => row.no < last.no)];
      this.hasMore = page.length === PAGE;
    });
  }

  #ask(before: number | null): Promise<AlertLogView[]> {
    return call("list_alert_log", { conversation_id: this.#of, before });
  }
  /** One read at a time; what was asked for meanwhile is asked again behind it. */
  async #one(read: () => Promise<void>): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      await read();
      this.problem = undefined;
    } catch (error) {
      this.problem = error;
    }
    this.#busy = false;
    if (this.#again) {
      this.#again = false;
      await this.newest();
    }
  }
}
