// What is searched and what was found. It outlives the pane: closing and opening again finds the words, the hits
// and the place where they were left; nothing that arrives touches them (SEA-06). Only what was erased goes at once.
import {
  call,
  type CardView,
  type ContactHit,
  type ConversationId,
  type LineId,
  type MessageHit,
  type MessageId,
  type NameNotFound,
  type NoteHit,
  type SearchPage,
  type TagView,
} from "../../backend";
import { errorText } from "../../app/errors";
import { fileName, kindName } from "../../lib/body";

const PAGE = 50;

export interface SearchScope {
  line_id: LineId | null;
  conversation_id: ConversationId | null;
}

export class SearchModel {
  text = $state("");
  contacts = $state.raw<ContactHit[]>([]);
  leads = $state.raw<CardView[]>([]);
  /** How many leads there are, of which the first few are shown. */
  leadsTotal = $state(0);
  /** Tags that are called so, to search by. */
  tags = $state.raw<TagView[]>([]);
  /** What was noted and said in calls. */
  notes = $state.raw<NoteHit[]>([]);
  messages = $state.raw<MessageHit[]>([]);
  /** What a hit without words is (a photo, a file's name), by message. */
  wordless = $state.raw<Record<MessageId, string>>({});
  notUnderstood = $state.raw<string[]>([]);
  /** Names in operators that nothing here has. */
  notFound = $state.raw<NameNotFound[]>([]);
  /** The words that the hits answer; empty before the first answer. */
  answered = $state("");
  problem = $state("");
  /** The hit under the cursor, contacts first, then leads and notes; -1: none. */
  at = $state(-1);
  hasMore = $state(false);

  scope: SearchScope = { line_id: null, conversation_id: null };
  #next: number | null = null;
  #running = false;
  #again = false;
  #paging = false;
  #epoch = 0;

  get count(): number {
    return this.firstMessage + this.messages.length;
  }
  /** The index of the first message. */
  get firstMessage(): number {
    return this.contacts.length + this.leads.length + this.notes.length;
  }
  contactAt(index: number): ContactHit | undefined {
    return this.contacts[index];
  }
  leadAt(index: number): CardView | undefined {
    return this.leads[index - this.contacts.length];
  }
  noteAt(index: number): NoteHit | undefined {
    return this.notes[index - this.contacts.length - this.leads.length];
  }
  messageAt(index: number): MessageHit | undefined {
    return this.messages[index - this.firstMessage];
  }

  /** Searches for what is typed now. While an answer is under way only the newest words wait behind it. */
  async run(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    do {
      this.#again = false;
      const text = this.text.trim();
      this.#epoch++;
      if (text === "") this.#clear();
      else await this.#ask(text);
    } while (this.#again);
    this.#running = false;
  }
  async #ask(text: string): Promise<void> {
    try {
      const page = await call("search", { text, ...this.scope, after: null, limit: PAGE });
      if (this.#again) return;
      this.#take(page, text);
    } catch (error) {
      this.#clear();
      this.answered = text;
      this.problem = errorText(error);
    }
  }
  #take(page: SearchPage, text: string): void {
    this.contacts = page.contacts;
    this.leads = page.leads;
    this.leadsTotal = page.leads_total;
    this.tags = page.tags;
    this.notes = page.notes;
    this.messages = page.messages;
    this.notUnderstood = page.not_understood;
    this.notFound = page.not_found;
    this.#next = page.next;
    this.hasMore = page.next !== null;
    this.answered = text;
    this.problem = "";
    this.at = -1;
    this.wordless = {};
    void this.#name(page.messages);
  }
  /** A file sent without words has no snippet: it is named by what it is. */
  async #name(hits: readonly MessageHit[]): Promise<void> {
    const ids = hits.filter((h) => h.snippet.length === 0).map((h) => h.message_id);
    if (ids.length === 0) return;
    const epoch = this.#epoch;
    const found = await call("get_messages", { ids }).catch(() => []);
    if (epoch !== this.#epoch) return;
    const named = found.map(
      ({ id, body }) =>
        [id, body.kind === "media" ? fileName(body.file.name, body.media) : kindName(body.kind)] as const,
    );
    this.wordless = { ...this.wordless, ...Object.fromEntries(named) };
  }
  #clear(): void {
    const nothing = { contacts: [], notes: [], leads: [], leads_total: 0, tags: [], messages: [], next: null };
    this.#take({ ...nothing, not_understood: [], not_found: [] }, "");
  }

  /** For who opens the search again. A hit of a line that is not among these may be erased meanwhile: neither its words
   *  are drawn nor its picture asked for before the search has found it anew. */
  askAgainWithout(lines: ReadonlySet<LineId>): void {
    const isThere = (hit: { line: { id: LineId } | null }) => hit.line === null || lines.has(hit.line.id);
    const isLeadThere = (card: CardView) => isThere({ line: card.conversation?.line ?? null });
    // An answer on its way may have been read before.
    if (this.#running) this.#again = true;
    if (this.contacts.every(isThere) && this.leads.every(isLeadThere) && this.messages.every(isThere)) return;
    this.contacts = this.contacts.filter(isThere);
    this.leads = this.leads.filter(isLeadThere);
    this.messages = this.messages.filter(isThere);
    this.at = -1;
    void this.run();
  }

  /** The next page of messages, once at a time. */
  async more(): Promise<void> {
    if (this.#paging || this.#next === null) return;
    this.#paging = true;
    const epoch = this.#epoch;
    const page = await call("search", { text: this.answered, ...this.scope, after: this.#next, limit: PAGE }).catch(
      () => undefined,
    );
    this.#paging = false;
    if (!page || epoch !== this.#epoch) return;
    const known = new Set(this.messages.map((m) => m.message_id));
    this.messages = [...this.messages, ...page.messages.filter((m) => !known.has(m.message_id))];
    this.#next = page.next;
    this.hasMore = page.next !== null;
    void this.#name(page.messages);
  }

  /** Puts the cursor on the message after (1) or before (-1) it, and answers that message. */
  async step(by: 1 | -1): Promise<MessageHit | undefined> {
    const first = this.firstMessage;
    const next = this.at < first ? (by === 1 ? first : -1) : this.at + by;
    if (next >= this.count && this.hasMore) await this.more();
    if (next < first || next >= this.count) return undefined;
    this.at = next;
    return this.messageAt(next);
  }
}

/** One for the window. */
export const search = new SearchModel();
