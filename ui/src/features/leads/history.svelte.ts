// The history of one contact, page by page. What is on screen is read again when leads change, as many entries as there
// were.
import {
  call,
  type ContactId,
  type HistoryEvent,
  type HistoryId,
  type HistoryPage,
  type HistoryPlace,
} from "../../backend";

const PAGE = 30;
const MOST = 200;

export class ContactHistory {
  events = $state.raw<HistoryEvent[]>([]);
  undoable = $state.raw<ReadonlySet<HistoryId>>(new Set());
  hasMore = $state(false);
  of = $state<ContactId>();

  #wanted: ContactId | undefined;
  #reading = false;
  #changed = false;

  show(contact_id: ContactId): void {
    this.#wanted = contact_id;
    this.again();
  }
  again(): void {
    if (this.#reading) this.#changed = true;
    else void this.#read();
  }
  /** The page before the last entry. */
  async older(): Promise<void> {
    const [contact_id, last] = [this.of, this.events.at(-1)];
    if (!contact_id || !last || this.#reading) return;
    this.#reading = true;
    const page = await ask(contact_id, placeOf(last), PAGE).catch(() => undefined);
    this.#reading = false;
    if (page && this.of === contact_id && !this.#changed && this.#wanted === contact_id) {
      this.events = [...this.events, ...page.events];
      this.undoable = new Set([...this.undoable, ...page.undoable]);
      this.hasMore = page.events.length === PAGE;
    }
    if (this.#changed || this.#wanted !== contact_id) void this.#read();
  }
  async #read(): Promise<void> {
    const contact_id = this.#wanted;
    if (!contact_id) return;
    this.#reading = true;
    this.#changed = false;
    const limit = contact_id === this.of ? Math.min(MOST, Math.max(PAGE, this.events.length + 1)) : PAGE;
    const page = await ask(contact_id, null, limit).catch(() => undefined);
    this.#reading = false;
    if (page && this.#wanted === contact_id) {
      this.events = page.events;
      this.undoable = new Set(page.undoable);
      this.hasMore = page.events.length === limit;
      this.of = contact_id;
    }
    if (this.#changed || this.#wanted !== contact_id) void this.#read();
  }
}

const ask = (contact_id: ContactId, before: HistoryPlace | null, limit: number): Promise<HistoryPage> =>
  call("list_history", { contact_id, before, limit });
const placeOf = ({ at_ms, id }: HistoryEvent): HistoryPlace => ({ at_ms, id });

/** Everything, for the clipboard. */
export async function wholeHistory(contact_id: ContactId): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  for (;;) {
    const last = all.at(-1);
    const { events } = await ask(contact_id, last ? placeOf(last) : null, MOST);
    all.push(...events);
    if (events.length < MOST) return all;
  }
}
