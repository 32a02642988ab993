// Pages of what happened with one contact, the newest first. What is on screen is read again when something changes, as
// many entries as there were; what changes while a read is under way is read once it is over.
import type { ContactId, TimePlace } from "../../backend";

export interface Page<T> {
  items: T[];
  hasMore: boolean;
  /** Of all pages, where it is counted. */
  total?: number;
}
export type Ask<T> = (contact_id: ContactId, before: TimePlace | null, limit: number) => Promise<Page<T>>;

const PAGE = 40;
/** Of one question. */
const MOST = 200;
const GATHER_MS = 100;

export class Paged<T> {
  items = $state.raw<T[]>([]);
  hasMore = $state(false);
  total = $state(0);
  /** The contact that they were read for. */
  of = $state<ContactId>();

  #wanted: ContactId | undefined;
  /** What is on screen is read again. */
  #refreshing: Promise<void> | undefined;
  /** A page is on its way. */
  #page: Promise<unknown> | undefined;
  #older: Promise<boolean> | undefined;
  #changed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ask: Ask<T>;
  #placeOf: (item: T) => TimePlace;

  constructor(ask: Ask<T>, placeOf: (item: T) => TimePlace) {
    this.#ask = ask;
    this.#placeOf = placeOf;
  }

  show(contact_id: ContactId): void {
    this.#wanted = contact_id;
    void this.#again();
  }
  /** A burst is read once. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#again();
    }, GATHER_MS);
  }
  /** Others are asked for now: the first page of them. */
  afresh(): Promise<void> {
    this.of = undefined;
    return this.#again();
  }
  close(): void {
    this.#wanted = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
  /** The next page, once what is being read is there. True when there are more entries of this contact than before. */
  older(): Promise<boolean> {
    return (this.#older ??= this.#next().finally(() => (this.#older = undefined)));
  }
  async #next(): Promise<boolean> {
    const contact_id = this.of;
    while (this.#refreshing) await this.#refreshing;
    const last = this.items.at(-1);
    const isShown = () => contact_id !== undefined && this.of === contact_id && this.#wanted === contact_id;
    if (!contact_id || !isShown() || last === undefined || !this.hasMore) return false;
    const asked = this.#ask(contact_id, this.#placeOf(last), PAGE).catch(() => undefined);
    this.#page = asked;
    const page = await asked;
    this.#page = undefined;
    if (!page || !isShown()) return false;
    this.items = [...this.items, ...page.items];
    this.hasMore = page.hasMore;
    return page.items.length > 0;
  }
  /** Over when nothing is left to be read. */
  #again(): Promise<void> {
    this.#changed = true;
    if (!this.#wanted) return Promise.resolve();
    return (this.#refreshing ??= this.#refresh());
  }
  async #refresh(): Promise<void> {
    // What came by then counts among what is on screen.
    if (this.#page) await this.#page;
    while (this.#changed && this.#wanted) {
      this.#changed = false;
      const contact_id = this.#wanted;
      const count = contact_id === this.of ? Math.max(PAGE, this.items.length) : PAGE;
      const read = await this.#read(contact_id, count).catch(() => undefined);
      if (this.#wanted !== contact_id) this.#changed = true;
      else if (read && !this.#changed) {
        this.items = read.items;
        this.hasMore = read.hasMore;
        this.total = read.total ?? read.items.length;
        this.of = contact_id;
      }
    }
    this.#refreshing = undefined;
  }
  async #read(contact_id: ContactId, count: number): Promise<Page<T>> {
    const items: T[] = [];
    for (;;) {
      const last = items.at(-1);
      const limit = Math.min(MOST, count - items.length);
      const page = await this.#ask(contact_id, last === undefined ? null : this.#placeOf(last), limit);
      items.push(...page.items);
      if (!page.hasMore || items.length >= count || page.items.length === 0) return { ...page, items };
    }
  }
}
