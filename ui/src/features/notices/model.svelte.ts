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
    let rows: NoticeView[] = [];
    let hasMore = true;
    while (hasMore && rows.length < this.#wanted) {
      const page = await call("list_notices", { ...filter, before: rows.at(-1)?.no ?? null });
      rows = [...rows, ...page.rows];
      // A page may be of rows that went between two reads.
      hasMore = page.has_more && page.rows.length > 0;
    }
    if (filter !== this.filter) return;
    this.rows = rows;
    this.hasMore = hasMore;
    this.read = true;
  }

  /** Painted at once; the list is read again by what the app says of it. */
  async mark(notice: NoticeView, read: boolean): Promise<void> {
    if (notice.read === read) return;
    this.rows = this.rows.map((row) => (row.no === notice.no ? { ...row, read } : row));
    try {
      if (read) await call("mark_notices_read", { nos: [notice.no], kinds: [] });
      else await call("mark_notices_unread", { nos: [notice.no] });
    } catch (error) {
      await this.load();
      throw error;
    }
  }
}
