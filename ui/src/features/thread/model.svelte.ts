// The piece of a thread that is on screen: a contiguous run of messages in thread order, at most KEEP, grown at
// either end by key. Events name changed messages; only those are read again.
import {
  ApiError,
  call,
  type ConversationId,
  type ContactId,
  type ConversationView,
  type HistoryEvent,
  type LeadId,
  type MessageId,
  type MessageView,
  type NoteView,
  type ThreadAt,
  type ThreadKey,
  type ThreadPage,
} from "../../backend";
import { isAbout } from "../../app/events";
import { Newest, UnderWay } from "../../lib/newest";

const PAGE = 50;
const KEEP = 250;
const GATHER_MS = 16;
/** Of one question for what happened to leads, and of so many questions. */
const STEPS = 100;
const MOST_PAGES = 5;
/** Those that were written before are found in the panel. */
const NOTES = 200;

export class ThreadModel {
  readonly id: ConversationId;
  view = $state.raw<ConversationView>(undefined as unknown as ConversationView);
  messages = $state.raw<MessageView[]>([]);
  hasBefore = $state(false);
  hasAfter = $state(false);
  /** Inbound numbers above this are new since the thread was opened. */
  newAbove = $state(Number.POSITIVE_INFINITY);
  /** The message to land on, highlighted. */
  landing = $state<MessageId>();
  /** Messages that came late and landed above what had been read, until they are seen (I7). */
  late = $state.raw<MessageId[]>([]);
  /** Up to this number of the customer's has been in view, or was read when the thread was opened. */
  #seenNo = $state(0);
  /** Numbers that came late and stand above what was read: the way down does not lead to them. */
  #lateNos = $state.raw<number[]>([]);
  /** The customer's messages further down, loaded or not, that have not been in view. */
  missed = $derived.by(() => {
    const newestNo = this.view.read_inbound + this.view.unread;
    return Math.max(0, newestNo - this.#seenNo - this.#lateNos.filter((no) => no > this.#seenNo).length);
  });
  /** What happened to the person's leads, the newest first, at least as far back as the messages go. */
  steps = $state.raw<HistoryEvent[]>([]);
  /** The leads among them that came with a file: whoever brought it did not open them. */
  imported = $state.raw<ReadonlySet<LeadId>>(new Set());
  /** What was written beside this chat, the newest first. */
  notes = $state.raw<NoteView[]>([]);
  /** Erased while it was open. */
  gone = false;

  #withEvents: boolean;
  #loading = false;
  #changed = new Set<MessageId>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Pages being read; changes are read after them, one round at a time. */
  #pages = new UnderWay();
  /** A round is about to begin or under way. */
  #applying = false;
  /** Counts the places shown: a page that continues an earlier one is of no use. */
  #place = 0;
  #views = new Newest();
  #stepReads = new Newest();
  /** Leads of which it is known how they began. */
  #origins = new Set<LeadId>();
  #noteReads = new Newest();
  #stepTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  private constructor(view: ConversationView, page: ThreadPage, withEvents: boolean) {
    this.id = view.id;
    this.view = view;
    this.#seenNo = view.read_inbound;
    this.newAbove = view.unread > 0 ? view.read_inbound : Number.POSITIVE_INFINITY;
    this.#withEvents = withEvents;
    this.#show(page);
  }

  /** Reads the head and the first page together: the switch is one repaint. */
  static async open(id: ConversationId, at: ThreadAt | undefined, withEvents: boolean): Promise<ThreadModel> {
    const opened = await call("get_thread", {
      conversation_id: id,
      at: at ?? { at: "first_unread" },
      limit: PAGE,
      with_events: withEvents,
      steps: STEPS,
      notes: NOTES,
    });
    const model = new ThreadModel(opened.view, opened.page, withEvents);
    model.steps = opened.steps;
    // The chat is painted first.
    void model.#tellOrigins(opened.steps);
    model.notes = ofChat(id, opened.notes);
    await model.#coverSteps();
    if (at?.at === "around") model.landing = at.message_id;
    return model;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#stepTimer);
  }

  async readView(): Promise<void> {
    const view = await this.#views
      .ask(() => call("get_conversation", { conversation_id: this.id }))
      .catch((error: unknown) => {
        this.gone ||= ApiError.from(error).code === "NOT_FOUND";
        return undefined;
      });
    if (view && !this.#closed) this.view = view;
  }

  /** This message is in view, and what stands above it is no way down any more; without one, the end is. */
  seen(id?: MessageId): void {
    let no = id === undefined ? this.view.read_inbound + this.view.unread : 0;
    const at = this.messages.findIndex((m) => m.id === id);
    for (const { inbound_no } of this.messages.slice(0, at + 1))
      if (inbound_no !== null && !this.#lateNos.includes(inbound_no)) no = Math.max(no, inbound_no);
    if (no > this.#seenNo) this.#seenNo = no;
  }

  /** Shows another place of the same thread. */
  async jump(at: ThreadAt): Promise<boolean> {
    const place = ++this.#place;
    const page = await this.#ask(at);
    if (!page || place !== this.#place) return false;
    this.#show(page);
    this.landing =
      at.at === "around"
        ? at.message_id
        : at.at === "date"
          ? page.messages.find((m) => m.at_ms >= at.at_ms)?.id
          : undefined;
    return true;
  }
  async setEvents(on: boolean): Promise<void> {
    this.#withEvents = on;
    const place = ++this.#place;
    const middle = this.hasAfter ? this.messages[Math.floor(this.messages.length / 2)] : undefined;
    const page = await this.#ask(middle ? { at: "around", message_id: middle.id } : { at: "newest" });
    if (page && place === this.#place) this.#show(page);
    await this.#readSteps();
  }

  /** Something happened to the leads of these; none named: of anybody. What happened is read once for all that is told
   *  in a moment. */
  leadsChanged(contact_ids: readonly ContactId[] = []): void {
    if (this.#closed || this.#stepTimer !== undefined || !isAbout(contact_ids, this.view.contact_id)) return;
    this.#stepTimer = setTimeout(() => {
      this.#stepTimer = undefined;
      void this.#readSteps();
    }, GATHER_MS);
  }
  /** Notes of these; none named: of anybody. */
  async notesChanged(contact_ids: readonly ContactId[] = []): Promise<void> {
    if (!isAbout(contact_ids, this.view.contact_id)) return;
    const notes = await this.#noteReads.ask(() => notesOf(this.view.contact_id, this.id)).catch(() => undefined);
    if (notes && !this.#closed) this.notes = notes;
  }
  async #readSteps(known: readonly HistoryEvent[] = []): Promise<void> {
    const from = this.hasBefore ? (this.messages[0]?.at_ms ?? Infinity) : -Infinity;
    // In one order, also where they are put away: what was under way does not bring them back.
    const read = async () => {
      const steps = this.#withEvents ? await stepsOf(this.view.contact_id, from, known) : [];
      await this.#tellOrigins(steps);
      return steps;
    };
    const steps = await this.#stepReads.ask(read).catch(() => undefined);
    if (!steps || this.#closed) return;
    this.steps = steps;
  }
  /** Who opened a lead stands in its opening, with which it came in the lead; asked once, and only where somebody did. */
  async #tellOrigins(steps: readonly HistoryEvent[]): Promise<void> {
    const isOpen = ({ before, by, lead_id }: HistoryEvent) =>
      !before && by.by === "member" && !this.#origins.has(lead_id);
    const asked = steps.filter(isOpen).map(({ lead_id }) => lead_id);
    if (asked.length === 0) return;
    const leads = await call("list_leads_of_contact", { contact_id: this.view.contact_id }).catch(() => undefined);
    if (!leads) return;
    for (const id of asked) this.#origins.add(id);
    this.imported = new Set(leads.filter(({ origin }) => origin === "import").map(({ id }) => id));
  }
  /** The messages go further back now. */
  async #coverSteps(): Promise<void> {
    const [last, first] = [this.steps.at(-1), this.messages[0]];
    if (last && first && (!this.hasBefore || last.at_ms >= first.at_ms) && this.steps.length >= STEPS)
      await this.#readSteps(this.steps);
  }

  async older(): Promise<boolean> {
    const first = this.messages[0];
    if (!this.hasBefore || !first) return false;
    return this.#extend({ at: "before", key: first.key });
  }
  async newer(): Promise<boolean> {
    const last = this.messages.at(-1);
    if (!this.hasAfter || !last) return false;
    return this.#extend({ at: "after", key: last.key });
  }

  /** Messages changed; each is read again and put into its place. */
  changed(ids: readonly MessageId[]): void {
    for (const id of ids) this.#changed.add(id);
    if (ids.length === 0) this.#changed.add("*");
    this.#soon();
  }
  #soon(): void {
    if (this.#applying || this.#changed.size === 0 || this.#closed) return;
    this.#applying = true;
    this.#timer = setTimeout(() => {
      void this.#apply().finally(() => {
        this.#applying = false;
        this.#soon();
      });
    }, GATHER_MS);
  }
  /** What a command of this window just answered: no need to wait for the event. What is here already may have gone
   *  on since, and is read again. */
  sent(messages: readonly MessageView[]): void {
    // Who answers has read what stands above.
    this.newAbove = Number.POSITIVE_INFINITY;
    const known = new Set(this.messages.map((m) => m.id));
    this.put(messages.filter((m) => !known.has(m.id)));
    const again = messages.filter((m) => known.has(m.id)).map((m) => m.id);
    if (again.length > 0) this.changed(again);
  }
  put(found: readonly MessageView[], gone: readonly MessageId[] = []): void {
    const away = new Set([...gone, ...found.map((m) => m.id)]);
    const known = new Set(this.messages.map((m) => m.id));
    const rest = this.messages.filter((m) => !away.has(m.id));
    const last = this.messages.at(-1)?.key;
    const first = this.messages[0]?.key;
    if (gone.length > 0) this.late = this.late.filter((id) => !gone.includes(id));
    const late = this.#findLate(found.filter((m) => !known.has(m.id)));
    if (late.length > 0) this.late = [...new Set([...this.late, ...late])];
    const fitting = found.filter((m) => {
      if (m.direction === "event" && !this.#withEvents) return false;
      const isBelow = !!last && after(m.key, last) && !known.has(m.id);
      if (isBelow && this.hasAfter) return false;
      return !(this.hasBefore && first && after(first, m.key) && !known.has(m.id));
    });
    const joined = [...rest, ...fitting].sort(byKey);
    this.messages = this.hasAfter ? joined : joined.slice(-KEEP - PAGE);
    // What fell off at the head can be scrolled to.
    if (this.messages.length < joined.length) this.hasBefore = true;
  }

  #findLate(among: readonly MessageView[]): MessageId[] {
    const late = among.filter((m) => this.#isLate(m));
    if (late.length > 0) this.#lateNos = [...new Set([...this.#lateNos, ...late.map((m) => m.inbound_no!)])];
    return late.map((m) => m.id);
  }
  /** Unread, and it stands above one that has been read. */
  #isLate(message: MessageView): boolean {
    const read = this.view.read_inbound;
    if (message.inbound_no === null || message.inbound_no <= read) return false;
    return this.messages.some((m) => m.inbound_no !== null && m.inbound_no <= read && after(m.key, message.key));
  }

  async #apply(): Promise<void> {
    await this.#pages.over();
    const ids = [...this.#changed];
    this.#changed.clear();
    if (ids.includes("*") || ids.length > 200) return this.#readAgain();
    const found = await call("get_messages", { ids }).catch(() => undefined);
    if (!found || this.#closed) return;
    const there = new Set(found.map((m) => m.id));
    this.put(
      found.filter((m) => m.conversation_id === this.id),
      ids.filter((id) => !there.has(id)),
    );
  }

  /** Anything may have changed: what is on screen is read again in place, and what came behind it is added. */
  async #readAgain(): Promise<void> {
    const ids = this.messages.map((m) => m.id);
    const place = this.#place;
    const [found, page] = await Promise.all([
      call("get_messages", { ids }).catch(() => undefined),
      this.hasAfter ? undefined : this.#ask({ at: "newest" }),
    ]);
    if (this.#closed || !found) return;
    const there = new Set(found.map((m) => m.id));
    this.put(
      found,
      ids.filter((id) => !there.has(id)),
    );
    if (!page || place !== this.#place) return;
    const last = this.messages.at(-1)?.key;
    const first = page.messages[0]?.key;
    if (last && first && after(first, last) && page.has_before) this.#show(page);
    else this.put(page.messages);
  }

  async #ask(at: ThreadAt): Promise<ThreadPage | undefined> {
    const asked = { conversation_id: this.id, at, limit: PAGE, with_events: this.#withEvents };
    const page = await this.#pages.run(() => call("list_messages", asked).catch(() => undefined));
    return this.#closed ? undefined : page;
  }
  async #extend(at: Extract<ThreadAt, { at: "before" | "after" }>): Promise<boolean> {
    if (this.#loading) return false;
    this.#loading = true;
    const place = this.#place;
    const page = await this.#ask(at);
    this.#loading = false;
    if (!page || place !== this.#place) return false;
    const known = new Set(this.messages.map((m) => m.id));
    const fresh = page.messages.filter((m) => !known.has(m.id));
    if (at.at === "before") {
      const joined = [...fresh, ...this.messages];
      this.hasBefore = page.has_before;
      if (joined.length > KEEP) this.hasAfter = true;
      this.messages = joined.slice(0, KEEP);
      void this.#coverSteps();
    } else {
      const joined = [...this.messages, ...fresh];
      this.hasAfter = page.has_after;
      if (joined.length > KEEP) this.hasBefore = true;
      this.messages = joined.slice(-KEEP);
    }
    return fresh.length > 0;
  }
  #show(page: ThreadPage): void {
    this.messages = page.messages;
    this.hasBefore = page.has_before;
    this.hasAfter = page.has_after;
    this.#findLate(page.messages);
    void this.#coverSteps();
  }
}

/** What happened to a person's leads from a moment on, the newest first; `known` is the beginning of it. */
async function stepsOf(
  contact_id: ContactId,
  from_ms: number,
  known: readonly HistoryEvent[] = [],
): Promise<HistoryEvent[]> {
  const all = [...known];
  for (let page = 0; page < MOST_PAGES; page++) {
    const last = all.at(-1);
    if (last && last.at_ms < from_ms) break;
    const before = last ? { at_ms: last.at_ms, id: last.id } : null;
    const { events } = await call("list_history", { contact_id, before, limit: STEPS });
    all.push(...events);
    if (events.length < STEPS) break;
  }
  return all;
}

/** What was noted and said beside a chat. */
async function notesOf(contact_id: ContactId, id: ConversationId): Promise<NoteView[]> {
  const kinds = [false, true].map((calls) => call("list_notes", { contact_id, calls, before: null, limit: NOTES }));
  const notes = (await Promise.all(kinds)).flatMap((page) => page.notes);
  return ofChat(id, notes);
}
const ofChat = (id: ConversationId, notes: readonly NoteView[]): NoteView[] =>
  notes.filter(({ note }) => note.conversation_id === id).sort((a, b) => b.note.at_ms - a.note.at_ms);

/** Is `a` after `b` in thread order (I7)? */
function after(a: ThreadKey, b: ThreadKey): boolean {
  return a.sort_s !== b.sort_s ? a.sort_s > b.sort_s : a.conv_seq > b.conv_seq;
}
function byKey(a: MessageView, b: MessageView): number {
  return a.key.sort_s - b.key.sort_s || a.key.conv_seq - b.key.conv_seq;
}
