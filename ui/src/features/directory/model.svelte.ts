// The directory as far as it is in view: pages of rows by their place, exact numbers of every tab, and what is picked.
import {
  call,
  type ContactId,
  type ContactListRow,
  type ContactSort,
  type ContactsMeant,
  type ContactTab,
  type ContactTabs,
  type ContactTarget,
} from "../../backend";
import { recall, remember } from "../../app/memory";
import { contactFilter, fieldsOn, type Filters } from "../../lib/lead-filter";

const PAGE = 100;
const GATHER_MS = 400;

export class DirectoryModel {
  tab = $state<ContactTab>(recall<ContactTab>("directory-tab", "all"));
  text = $state("");
  filters = $state.raw<Filters>(recall<Filters>("directory-filters", {}));
  sort = $state<ContactSort>(recall<ContactSort>("directory-sort", "name"));
  descending = $state(recall("directory-descending", false));
  tabs = $state.raw<ContactTabs>();
  total = $state(0);
  /** By page; what is missing is not here yet. */
  pages = $state.raw<ReadonlyMap<number, readonly ContactListRow[]>>(new Map());
  picked = $state.raw<ReadonlySet<ContactId>>(new Set());
  /** Everybody who matches, in view or not. */
  all = $state(false);
  ready = $state(false);
  /** The row that the keys are on, and how far the list is scrolled. */
  cursor = $state(0);
  top_px = $state(0);

  #range: [number, number] = [0, PAGE];
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get meant(): ContactsMeant {
    return { tab: this.tab, filter: contactFilter(this.filters, Date.now()), text: this.text.trim() };
  }
  get isNarrowed(): boolean {
    return this.text.trim() !== "" || fieldsOn(this.filters).length > 0;
  }
  row(index: number): ContactListRow | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }
  inView(first: number, last: number): void {
    this.#range = [first, last];
    void this.#load(this.#wanted().filter((page) => !this.pages.has(page)));
  }
  #wanted(): number[] {
    const [first, last] = this.#range;
    const from = Math.floor(Math.max(0, first) / PAGE);
    const to = Math.floor(Math.max(0, last - 1) / PAGE);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }
  async #load(wanted: number[], anew = false): Promise<void> {
    if (wanted.length === 0) return;
    const asked = ++this.#asked;
    const { sort, descending } = this;
    const meant = this.meant;
    const read = await Promise.all(
      wanted.map((page) =>
        call("list_contacts", { ...meant, sort, descending, offset: page * PAGE, limit: PAGE }).then(
          (answer) => [page, answer] as const,
        ),
      ),
    ).catch(() => undefined);
    // Somebody has asked for other rows since; that answer is on its way.
    if (!read || asked !== this.#asked) return;
    const pages = new Map(anew ? [] : this.pages);
    for (const [page, answer] of read) {
      pages.set(page, answer.rows);
      this.tabs = answer.tabs;
      this.total = answer.total;
    }
    this.pages = pages;
    this.ready = true;
  }
  /** What is in view is read again and painted at once; the rest when it is looked at. */
  read(): Promise<void> {
    return this.#load(this.#wanted(), true);
  }
  again(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.settle();
    }, GATHER_MS);
  }
  /** What is picked stays picked for the next deed as far as it still stands in the list. */
  async settle(): Promise<void> {
    const { all, total, meant } = this;
    const ids = [...this.picked];
    const standing = ids.length > 0 ? call("list_contacts_standing", { ids, meant }).catch(() => undefined) : undefined;
    await this.read();
    // Others match by now: nobody has chosen those.
    if (all && this.all && this.total !== total) this.all = false;
    const answer = await standing;
    if (!answer) return;
    const stay = new Set(answer);
    const gone = new Set(ids.filter((id) => !stay.has(id)));
    if (gone.size > 0) this.picked = new Set([...this.picked].filter((id) => !gone.has(id)));
  }
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  show(change: { tab?: ContactTab; text?: string; filters?: Filters }): void {
    if (change.tab !== undefined) {
      this.tab = change.tab;
      remember("directory-tab", change.tab);
    }
    if (change.text !== undefined) this.text = change.text;
    if (change.filters !== undefined) {
      this.filters = change.filters;
      remember("directory-filters", change.filters);
    }
    this.unpick();
    this.cursor = 0;
    this.top_px = 0;
    this.#range = [0, PAGE];
    void this.read();
  }
  order(sort: ContactSort): void {
    this.descending = this.sort === sort ? !this.descending : sort !== "name";
    this.sort = sort;
    remember("directory-sort", sort);
    remember("directory-descending", this.descending);
    void this.read();
  }

  count(): number {
    return this.all ? this.total : this.picked.size;
  }
  isPicked(id: ContactId): boolean {
    return this.all || this.picked.has(id);
  }
  pick(id: ContactId, on: boolean): void {
    // One taken out of everybody leaves those that are in view.
    const next = new Set(this.all ? this.loaded() : this.picked);
    if (on) next.add(id);
    else next.delete(id);
    this.all = false;
    this.picked = next;
  }
  loaded(): ContactId[] {
    return [...this.pages.values()].flat().map((row) => row.contact_id);
  }
  pickLoaded(): void {
    this.picked = new Set(this.loaded());
  }
  unpick(): void {
    this.all = false;
    this.picked = new Set();
  }
  target(): ContactTarget {
    return this.all ? { what: "matching", meant: this.meant } : { what: "ids", ids: [...this.picked] };
  }
}
