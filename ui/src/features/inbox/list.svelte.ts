// The window of rows that the list holds: a contiguous piece of the view, at most KEEP rows, read by key when the
// reader scrolls on and by row number when they drag the bar. Events name changed ids; only those are read again
// and put in their place.
import {
  call,
  type ConversationId,
  type InboxCounts,
  type InboxRow,
  type InboxView,
  type PageKey,
} from "../../backend";
import { setBadge } from "../../app/badge.svelte";
import { UnderWay } from "../../lib/newest";

const PAGE = 100;
const KEEP = 400;
const GATHER_MS = 24;

export class InboxModel {
  view = $state.raw<InboxView>(undefined as unknown as InboxView);
  rows = $state.raw<InboxRow[]>([]);
  /** Row number of `rows[0]` in the view. */
  start = $state(0);
  counts = $state.raw<InboxCounts>();
  /** The first page has been read: before that there is nothing to say, not even "empty". */
  read = $state(false);

  /** Key behind the last loaded row; null at the end of the view. */
  #tail: PageKey | null = null;
  #epoch = 0;
  #loading = false;
  #wanted: [number, number] = [0, PAGE];
  #changed = new Set<ConversationId>();
  /** Pages being read; changes are read after them, one round at a time. */
  #pages = new UnderWay();
  /** A round is about to begin or under way. */
  #applying = false;
  #stay: () => ConversationId | null;

  /** `stay`: the open conversation keeps its row in "Unread" after being read, until the view changes. */
  constructor(view: InboxView, stay: () => ConversationId | null) {
    this.view = view;
    this.#stay = stay;
  }

  get total(): number {
    const counted = this.view.tab === "unread" ? this.counts?.unread : this.counts?.all;
    const loaded = this.start + this.rows.length;
    return this.#tail === null && this.read && !this.#jumped ? loaded : Math.max(counted ?? 0, loaded);
  }
  #jumped = false;

  at(index: number): InboxRow | undefined {
    return this.rows[index - this.start];
  }
  indexOf(id: ConversationId): number {
    const found = this.rows.findIndex((r) => r.id === id);
    return found === -1 ? -1 : found + this.start;
  }

  async show(view: InboxView): Promise<void> {
    this.view = view;
    await this.reload(0);
  }

  /** Reads the window again from a row number, in one piece: what is painted changes once. */
  reload(from = this.start): Promise<void> {
    return this.#pages.run(() => this.#reload(from));
  }
  async #reload(from: number): Promise<void> {
    const epoch = ++this.#epoch;
    const limit = from === 0 ? PAGE : Math.min(200, Math.max(PAGE, this.rows.length));
    const [page, counts] = await Promise.all([
      call("list_conversations", { view: this.view, after: null, from_index: from > 0 ? from : null, limit }).catch(
        () => undefined,
      ),
      call("get_inbox_counts", this.view).catch(() => undefined),
    ]);
    if (epoch !== this.#epoch || !page) return;
    this.#jumped = from > 0;
    this.rows = page.rows;
    this.start = from;
    this.#tail = page.next;
    this.#take(counts);
    this.read = true;
  }

  /** The rows in view now; loads what is missing. */
  want(first: number, last: number): void {
    this.#wanted = [first, last];
    void this.#fill();
  }

  #fill(): Promise<void> {
    return this.#pages.run(() => this.#grow());
  }
  async #grow(): Promise<void> {
    if (this.#loading || !this.read) return;
    const [first, last] = this.#wanted;
    const end = this.start + this.rows.length;
    const margin = 20;
    const needsTail = last + margin > end && this.#tail !== null;
    const needsHead = first - margin < this.start && this.start > 0;
    if (!needsTail && !needsHead) return;
    this.#loading = true;
    const epoch = this.#epoch;
    try {
      if (first > end + PAGE || last < this.start - PAGE) {
        const from = Math.max(0, first - 50);
        const page = await call("list_conversations", { view: this.view, after: null, from_index: from, limit: 200 });
        if (epoch !== this.#epoch) return;
        this.#jumped = from > 0;
        this.rows = page.rows;
        this.start = from;
        this.#tail = page.next;
      } else if (needsTail) {
        const page = await call("list_conversations", {
          view: this.view,
          after: this.#tail,
          from_index: null,
          limit: PAGE,
        });
        if (epoch !== this.#epoch) return;
        const known = new Set(this.rows.map((r) => r.id));
        const joined = [...this.rows, ...page.rows.filter((r) => !known.has(r.id))];
        const drop = Math.max(0, joined.length - KEEP);
        this.rows = joined.slice(drop);
        this.start += drop;
        this.#tail = page.next;
      } else {
        const from = Math.max(0, this.start - PAGE);
        const page = await call("list_conversations", {
          view: this.view,
          after: null,
          from_index: from,
          limit: this.start - from,
        });
        if (epoch !== this.#epoch) return;
        const known = new Set(this.rows.map((r) => r.id));
        const joined = [...page.rows.filter((r) => !known.has(r.id)), ...this.rows];
        if (joined.length > KEEP) {
          const last = joined[KEEP - 1]!;
          this.#tail = { sort: sortOf(last, this.view), id: last.id };
          if (this.view.order !== "newest") return void this.reload(from);
        }
        this.rows = joined.slice(0, KEEP);
        this.start = from;
      }
    } catch {
      return;
    } finally {
      this.#loading = false;
    }
    void this.#fill();
  }

  /** Some conversations changed; none named means too many to name. */
  changed(ids: readonly ConversationId[]): void {
    if (ids.length === 0 || ids.length > 200) this.#changed.add("*");
    for (const id of ids) this.#changed.add(id);
    this.#soon();
  }
  #soon(): void {
    if (this.#applying || this.#changed.size === 0) return;
    this.#applying = true;
    setTimeout(() => {
      void this.#apply().finally(() => {
        this.#applying = false;
        this.#soon();
      });
    }, GATHER_MS);
  }

  async #apply(): Promise<void> {
    await this.#pages.over();
    const ids = [...this.#changed];
    this.#changed.clear();
    if (!this.read || ids.includes("*") || ids.length > 200 || this.view.order !== "newest") return this.reload();
    const epoch = this.#epoch;
    const [found, counts] = await Promise.all([
      call("get_inbox_rows", { view: this.view, ids }).catch(() => undefined),
      call("get_inbox_counts", this.view).catch(() => undefined),
    ]);
    if (epoch !== this.#epoch) return;
    if (!found) return this.reload();
    if (found.some(({ row, key, in_view }) => in_view && key.sort !== sortOf(row, this.view))) return this.reload();
    if (this.#tie(found.filter(({ in_view }) => in_view).map(({ row }) => row))) return this.reload();

    let rows = this.rows;
    let start = this.start;
    const gone = new Set(ids);
    for (const { row, in_view, key } of found) {
      gone.delete(row.id);
      const was = rows.findIndex((r) => r.id === row.id);
      if (!in_view) {
        if (was === -1) continue;
        const stays = this.view.tab === "unread" && row.id === this.#stay() && row.state.state === "open";
        rows = stays ? rows.with(was, row) : rows.toSpliced(was, 1);
        continue;
      }
      if (was !== -1 && sortOf(rows[was]!, this.view) === key.sort) {
        rows = rows.with(was, row);
        continue;
      }
      const rest = was === -1 ? rows : rows.toSpliced(was, 1);
      const place = rest.findIndex((r) => before(key, { sort: sortOf(r, this.view), id: r.id }));
      const to = place === -1 ? rest.length : place;
      if (to === 0 && start > 0) {
        // It moved above the window: what is below keeps its rows.
        if (was !== -1) start++;
        rows = rest;
      } else if (to === rest.length && this.#tail !== null) {
        rows = rest;
      } else {
        rows = rest.toSpliced(to, 0, row);
      }
    }
    for (const id of gone) rows = rows.filter((r) => r.id !== id);
    this.rows = rows.length > KEEP ? rows.slice(0, KEEP) : rows;
    if (rows.length > KEEP) {
      const last = this.rows[KEEP - 1]!;
      this.#tail = { sort: sortOf(last, this.view), id: last.id };
    }
    this.start = start;
    this.#take(counts);
    void this.#fill();
  }

  /** Would one of them move beside another of the same time? Which of the two comes first only the app knows. */
  #tie(found: readonly InboxRow[]): boolean {
    const known = new Map(this.rows.map((r) => [r.id, sortOf(r, this.view)]));
    const moving = found.filter((r) => known.get(r.id) !== sortOf(r, this.view));
    for (const row of moving) known.delete(row.id);
    const taken = new Set(known.values());
    return moving.some((row) => taken.size === taken.add(sortOf(row, this.view)).size);
  }

  #take(counts: InboxCounts | undefined): void {
    if (!counts) return;
    this.counts = counts;
    setBadge(counts.badge);
  }
}

/** How many of these have something unread that came after a moment. */
export function newSince(rows: readonly InboxRow[], since_ms: number): number {
  return rows.filter((r) => r.unread > 0 && r.last_at_ms > since_ms).length;
}

/** What orders a row by in "newest first"; other orders are the app's and are read again instead. */
function sortOf(row: InboxRow, _view: InboxView): number {
  return row.last_at_ms;
}
/** Does `a` come before `b`, newest first? Never asked for two of the same time. */
function before(a: PageKey, b: PageKey): boolean {
  return a.sort > b.sort;
}
