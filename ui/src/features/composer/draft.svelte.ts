// What is being written to one conversation. A box belongs to one conversation for ever, and a conversation has one
// box (boxes.ts): no character can land in the wrong one, and no two boxes overwrite each other's draft. Every edit
// is in the database within 300 ms.
import {
  call,
  type Attachment,
  type ConversationId,
  type DraftView,
  type MessageId,
  type MessageView,
} from "../../backend";
import { Files } from "./files.svelte";

const SAVE_AFTER_MS = 150;
const SETTLE_AFTER_MS = 5000;

export interface SendOptions {
  send_whenever?: boolean;
  when_they_reply?: boolean;
  /** From the reply box: without a time to undo it in. */
  at_once?: boolean;
}

type Taken = Pick<DraftView, "text" | "attachments" | "reply_to">;

export class DraftBox {
  readonly conversation_id: ConversationId;
  text = $state("");
  attachments = $state.raw<Attachment[]>([]);
  reply_to = $state<MessageId | null>(null);
  /** The saved draft has been read: until then nothing is saved or sent. */
  loaded = $state(false);
  sending = $state(false);
  /** On their way into this draft, whichever chat is on screen meanwhile. */
  readonly files = new Files(this);

  #message_id: MessageId | undefined;
  #unsaved = false;
  #unsettled = false;
  /** What the app has of it. */
  #saved: Pick<DraftView, "text" | "attachments"> = { text: "", attachments: [] };
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Saves leave one after the other. */
  #chain: Promise<void> = Promise.resolve();
  #ready: Promise<void>;
  /** What was sent and has not been answered, oldest first. */
  #leaving: Taken[] = [];
  #sends: Promise<unknown> = Promise.resolve();
  /** Who waits for the next save or send that went well. */
  #savedNext: (() => void)[] = [];

  constructor(conversation_id: ConversationId) {
    this.conversation_id = conversation_id;
    this.#ready = this.#load();
  }

  get empty(): boolean {
    return this.text.trim() === "" && this.attachments.length === 0;
  }
  get ready(): Promise<void> {
    return this.#ready;
  }
  /** Nothing here that the app does not have, nothing on its way, nothing to be said. */
  get idle(): boolean {
    return this.#isSaved && !this.sending && this.files.coming.length === 0 && this.files.problems.length === 0;
  }
  get #isSaved(): boolean {
    return !this.#unsaved && !this.#unsettled && (this.loaded || this.empty);
  }
  /** Before the window goes: false while words are nowhere else. Files that are being copied are noted, and come into
   *  the draft at the next start. */
  async handOver(): Promise<boolean> {
    await this.#ready.catch(() => undefined);
    await this.#sends;
    await this.flush(true);
    // What was deleted holds nobody up.
    return !this.sending && (this.#isSaved || this.empty);
  }
  /** Saves, and waits for what is under way. A save that fails leaves it not idle. */
  async settled(): Promise<void> {
    await this.#ready.catch(() => undefined);
    await this.files.arrived();
    await this.#sends;
    await this.flush(true);
  }

  async #load(): Promise<void> {
    const draft = await call("get_draft", { conversation_id: this.conversation_id });
    this.#message_id = draft.message_id;
    this.#saved = draft;
    // Letters typed before the draft was there follow it.
    const typed = this.text;
    this.text = draft.text + typed;
    if (this.attachments.length === 0) this.attachments = draft.attachments;
    this.reply_to ??= draft.reply_to;
    this.loaded = true;
    if (typed !== "") this.touched();
  }

  /** The draft changed elsewhere (an undo, another window). What is being typed here stays. */
  async reload(): Promise<void> {
    await this.#ready.catch(() => undefined);
    if (!this.loaded) return (this.#ready = this.#load());
    // In turn with the saves: an answer from before the last of them would take letters away.
    this.#chain = this.#chain.then(async () => {
      if (this.#unsaved || this.sending) return;
      const draft = await call("get_draft", { conversation_id: this.conversation_id }).catch(() => undefined);
      if (draft && !this.#unsaved && !this.sending) this.#adopt(draft);
    });
    return this.#chain;
  }

  /** Something returns to the composer (a message from its hold, one that failed): `ask` has the app put it in
   *  front of the draft, after what is typed was saved and with no save in between. What is typed while it answers
   *  stays behind what came back. */
  takeBack(ask: () => Promise<DraftView>): Promise<DraftView> {
    const before = this.#chain;
    const answer = (async () => {
      // The draft that is being read would come on top of what came back.
      await this.#ready.catch(() => undefined);
      await before;
      await this.#save(false);
      const draft = await ask();
      this.#return(draft);
      return draft;
    })();
    this.#chain = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }
  #return(draft: DraftView): void {
    // The app put what came back before what it had; where that ends, what stands here now begins.
    const had = this.#saved;
    const [text, attachments] = [this.text, this.attachments];
    const behind = had.text !== "" && draft.text.endsWith(had.text);
    const front = behind ? draft.text.slice(0, -had.text.length).replace(/\n$/, "") : draft.text;
    const files = draft.attachments.slice(0, draft.attachments.length - had.attachments.length);
    const changed = text !== had.text || attachments !== had.attachments;
    this.#adopt(draft);
    if (!changed) return;
    this.text = [front, text].filter(Boolean).join("\n");
    this.attachments = [...files, ...attachments];
    this.touched();
  }
  #adopt(draft: DraftView): void {
    this.#message_id = draft.message_id;
    this.#saved = draft;
    this.text = draft.text;
    this.attachments = draft.attachments;
    this.reply_to = draft.reply_to;
  }

  /** Something changed: save soon, settle when it is quiet. */
  touched(): void {
    this.#unsaved = true;
    this.#unsettled = true;
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => void this.flush(true), SETTLE_AFTER_MS);
    this.#saveTimer ??= setTimeout(() => void this.flush(false), SAVE_AFTER_MS);
  }

  /** Saves now what is not saved. `settle`: also for the hub. */
  async flush(settle: boolean): Promise<void> {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    if (settle) clearTimeout(this.#settleTimer);
    this.#chain = this.#chain.then(() => this.#save(settle));
    return this.#chain;
  }
  /** Resolves once what stands here now is in the database: in the draft, or in what was sent. */
  async kept(): Promise<void> {
    for (;;) {
      const saved = new Promise<void>((resolve) => this.#savedNext.push(resolve));
      await this.#sends.catch(() => undefined);
      await this.flush(false);
      if (!this.#unsaved && !this.sending) return;
      await saved;
    }
  }
  #wasSaved(): void {
    for (const next of this.#savedNext.splice(0)) next();
  }
  async #save(settle: boolean): Promise<void> {
    if (!this.loaded || this.sending || this.#message_id === undefined) return;
    if (!this.#unsaved && !(settle && this.#unsettled)) return;
    this.#unsaved = false;
    if (settle) this.#unsettled = false;
    const saving = { text: this.text, attachments: this.attachments };
    try {
      await call("save_draft", {
        conversation_id: this.conversation_id,
        message_id: this.#message_id,
        ...saving,
        reply_to: this.reply_to,
        settle,
      });
      this.#saved = saving;
      this.#wasSaved();
    } catch {
      // Not saved: it stays unsaved and the next keystroke tries again.
      this.#unsaved = this.#unsettled = true;
    }
  }

  /** Sends once. The box is empty at once for the next words, which may be sent before these have left: they
   *  follow in order. A refusal brings everything back. */
  async send(options: SendOptions = {}): Promise<MessageView[] | undefined> {
    if (this.empty) return undefined;
    const taken: Taken = { text: this.text.trim(), attachments: this.attachments, reply_to: this.reply_to };
    this.text = "";
    this.attachments = [];
    this.reply_to = null;
    this.sending = true;
    this.#leaving.push(taken);
    const mine = this.#sends.then(() => this.#sendOne(taken, options));
    this.#sends = mine.catch(() => undefined);
    return mine;
  }
  async #sendOne(taken: Taken, options: SendOptions): Promise<MessageView[] | undefined> {
    // One before it was refused and brought these words back with its own.
    if (!this.#leaving.includes(taken)) return undefined;
    try {
      await this.#ready;
      await this.#chain;
      const sent = await call(options.at_once ? "send_reply" : "send_message", {
        conversation_id: this.conversation_id,
        message_id: this.#message_id!,
        ...taken,
        send_whenever: options.send_whenever ?? false,
        when_they_reply: options.when_they_reply ?? false,
      });
      this.#message_id = sent.draft.message_id;
      this.#saved = sent.draft;
      this.#leaving = this.#leaving.filter((t) => t !== taken);
      this.#unsaved = this.#unsettled = this.text !== "" || this.attachments.length > 0;
      this.#wasSaved();
      return sent.messages;
    } catch (error) {
      const back = this.#leaving;
      this.#leaving = [];
      this.text = [...back.map((t) => t.text), this.text].filter(Boolean).join("\n");
      this.attachments = [...back.flatMap((t) => t.attachments), ...this.attachments];
      this.reply_to = taken.reply_to;
      this.#unsaved = true;
      throw error;
    } finally {
      this.sending = this.#leaving.length > 0;
      if (this.#unsaved && !this.sending) this.touched();
    }
  }
}
