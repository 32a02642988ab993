// The log of alerts, newest first: a page at a time, and what comes while it is looked at.
import { call, type AlertLogView, type ConversationId } from "../../backend";

/** As the app answers them; a shorter page is the last. */
const PAGE = 100;

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
