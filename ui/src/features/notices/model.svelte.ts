// The rows of the list as far as they were looked at. There are at most a thousand, so what is loaded is read again
// whole when anything changes.
import { call, type NoticeKind, type NoticeView } from "../../backend";

/** As the app answers them. */
const PAGE = 100;

export interface NoticeFilter {
  unread: boolean;
  kinds: NoticeKind[];
}

export class NoticesModel {
  rows = $state.raw<NoticeView[]>([]);
  /** The first page has been read. */
  read = $state(false);
  hasMore = $state(false);
  problem = $state.raw<unknown>();
  filter: NoticeFilter = { unread: false, kinds: [] };
  #wanted = PAGE;
  #busy = false;
  #again = false;
  /** Marks begun so far, and how many of them are not kept yet. */
  #marks = 0;
  #marking = 0;
  /** They are kept in the order in which they were made. */
  #turn: Promise<unknown> = Promise.resolve();

  at(index: number): NoticeView | undefined {
    return this.rows[index];
  }
  /** Another filter begins at its top. */
  show(filter: NoticeFilter): Promise<void> {
    this.filter = filter;
    this.#wanted = PAGE;
    return this.load();
  }
  /** Rows up to this index are in view. */
  want(last: number): void {
    if (!this.hasMore || last < this.rows.length - 10) return;
    this.#wanted = this.rows.length + PAGE;
    void this.load();
  }

  /** One read at a time; what was asked for meanwhile is read behind it. */
  async load(): Promise<void> {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      try {
        await this.#read();
        this.problem = undefined;
      } catch (error) {
        this.problem = error;
      }
    }
    this.#busy = false;
  }
  async #read(): Promise<void> {
    const filter = this.filter;
    const marks = this.#marks;
    let rows: NoticeView[] = [];
    let hasMore = true;
    while (hasMore && rows.length < this.#wanted) {
      const page = await call("list_notices", { ...filter, before: rows.at(-1)?.no ?? null });
      rows = [...rows, ...page.rows];
      // A page may be of rows that went between two reads.
      hasMore = page.has_more && page.rows.length > 0;
    }
    // What was asked before a mark is older than what is painted; the mark reads again once it is kept.
    if (filter !== this.filter || marks !== this.#marks || this.#marking > 0) return;
    this.rows = rows;
    this.hasMore = hasMore;
    this.read = true;
  }

  /** Painted at once, and nothing older over it. */
  async mark(notice: NoticeView, read: boolean): Promise<void> {
    if (notice.read === read) return;
    this.rows = this.rows.map((row) => (row.no === notice.no ? { ...row, read } : row));
    this.#marks++;
    this.#marking++;
    const nos = [notice.no];
    const kept = this.#turn.then(() =>
      read ? call("mark_notices_read", { nos, kinds: [] }) : call("mark_notices_unread", { nos }),
    );
    this.#turn = kept.catch(() => undefined);
    try {
      await kept;
    } finally {
      this.#marking--;
      await this.load();
    }
  }
}
