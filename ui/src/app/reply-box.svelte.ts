// The reply box: one chat at a time, its last messages and its draft. It changes as a whole, so that no letter lands
// in the words to somebody else; whatever ends it, what was typed is the chat's draft.
import {
  ApiError,
  call,
  type ConversationId,
  type ConversationView,
  type MessageView,
  type Opens,
  type ReplyBoxChat,
} from "../backend";
import { leaveBox, openBox } from "../features/composer/boxes";
import type { DraftBox, SendOptions } from "../features/composer/draft.svelte";
import { whyNotSend } from "../features/composer/reason";
import { Newest } from "../lib/newest";
import { m } from "../paraglide/messages.js";
import { asEnd, codeText, errorText } from "./errors";
import { on, onResumed } from "./events";
import { watchPresence } from "./presence.svelte";

const LAST = 3;

export interface Shown {
  view: ConversationView;
  messages: MessageView[];
  box: DraftBox;
}

export class ReplyBoxModel {
  /** Absent: nothing of anybody is on the screen. */
  shown = $state.raw<Shown>();
  /** Why something did not go, until the next try. */
  problem = $state<string | null>(null);
  /** Others may see the screen: nobody is named until the person wants it. */
  covered = $state(false);
  /** Counts how often the words to a chat were asked for: the field takes the cursor. */
  asked = $state(0);
  #reads = new Newest();
  #opening = 0;
  /** Asked for and not on the screen yet. */
  #coming: ConversationId | null = null;
  /** Which time of being asked for was heard of last, also when its chat could not be shown: the app closes the box
   *  only while that is so. */
  #time = 0;

  get chat(): ConversationId | null {
    return this.shown?.view.id ?? null;
  }

  /** Asks the app whose chat it is; `named`: by the address, where there are no banners. */
  async start(named: ConversationId | null): Promise<void> {
    const before = this.#opening;
    const chat = await call("start_reply_box", { conversation_id: named });
    if (before !== this.#opening) return;
    this.#time = chat.asked;
    if (chat.conversation_id) await this.show(chat.conversation_id, chat);
    else await this.leave();
  }

  async show(id: ConversationId, { asked, covered }: Pick<ReplyBoxChat, "asked" | "covered">): Promise<void> {
    const mine = ++this.#opening;
    this.#time = asked;
    this.#coming = null;
    if (id !== this.chat) {
      this.#coming = id;
      try {
        const [view, messages] = await read(id);
        if (mine !== this.#opening) return;
        if (this.shown) void leaveBox(this.shown.box);
        this.#reads = new Newest();
        this.problem = null;
        this.covered = covered;
        this.shown = { view, messages, box: openBox(id) };
      } catch (error) {
        if (mine !== this.#opening) return;
        this.#coming = null;
        if (this.shown) return void (this.problem = errorText(error));
        // An empty box would stand in everybody's way. Unless it is gone meanwhile, with its line's history, the main
        // window says what is wrong.
        const gone = ApiError.from(error).code === "NOT_FOUND";
        return this.leave(gone ? null : { open: "chat", conversation_id: id, message_id: null });
      } finally {
        if (mine === this.#opening) this.#coming = null;
      }
    }
    this.asked += 1;
  }
  /** "Show" on a box that is covered. */
  uncover(): void {
    this.covered = false;
    this.asked += 1;
  }

  /** Follows the chat while it is on the screen. Returns the undo. */
  follow(): () => void {
    const again = () => void this.#readAgain();
    const onfocus = () => void this.shown?.box.reload();
    addEventListener("focus", onfocus);
    const stops = [
      on("reply_requested", (asked) => void this.show(asked.conversation_id, asked)),
      // Taken back, it stays until the press: the system may say the same.
      on("names_hidden", ({ hidden }) => (this.covered ||= hidden)),
      on("messages_changed", ({ conversation_id }) => conversation_id === this.chat && again()),
      on("conversations_changed", ({ ids }) => (ids.length === 0 || ids.includes(this.chat ?? "")) && again()),
      on("contact_changed", again),
      on("lines_changed", again),
      on("draft_changed", ({ conversation_id }) => {
        if (conversation_id === this.chat) void this.shown?.box.reload();
      }),
      onResumed(again),
      watchPresence(
        () => (this.covered ? null : this.chat),
        Date.now,
        async ({ focused, open_chat, input }) => {
          // Another window may go on with these words.
          if (!focused) await this.shown?.box.flush(true);
          const conversation_id = open_chat ?? this.chat;
          // What is covered is under nobody's eyes.
          const seen = focused && open_chat !== null;
          if (conversation_id) await call("report_reply_box", { conversation_id, focused: seen, input });
        },
      ),
    ];
    return () => {
      removeEventListener("focus", onfocus);
      stops.forEach((stop) => stop());
    };
  }
  async #readAgain(): Promise<void> {
    const id = this.chat;
    if (!id) return;
    const found = await this.#reads
      .ask(() => read(id))
      .catch((error: unknown) => {
        if (ApiError.from(error).code === "NOT_FOUND" && id === this.chat) void this.leave();
        return undefined;
      });
    if (!found || !this.shown || id !== this.chat) return;
    this.shown = { ...this.shown, view: found[0], messages: found[1] };
  }

  /** Sent: the box is done, and the banner says so. Refused: it stays, with the words and the reason. */
  async send(options: SendOptions = {}): Promise<void> {
    const shown = this.shown;
    if (!shown) return;
    // What is wrong stands on the screen already.
    if (whyNotSend(shown.box, shown.view)) return;
    this.problem = null;
    const opening = this.#opening;
    try {
      const sent = await shown.box.send({ ...options, at_once: true });
      if (sent && opening === this.#opening) await this.leave();
    } catch (error) {
      const { code, params } = ApiError.from(error);
      // A locked screen hides the box.
      if (code === "APP_LOCKED" || this.shown?.box !== shown.box) return;
      // Here nothing waits: it is a draft. That the line is away waits is said of what was sent.
      const why =
        code === "LINE_DOWN" && params["reason"] !== "REMOVED" ? m.banner_why_line_down() : codeText(code, params);
      this.problem = m.banner_not_sent({ reason: asEnd(why) });
      this.asked += 1;
    }
  }

  /** Instead of an answer; then there is nothing left to do here. */
  async settle(act: (id: ConversationId) => Promise<unknown>): Promise<void> {
    const id = this.chat;
    if (!id) return;
    const opening = this.#opening;
    try {
      await act(id);
      if (opening === this.#opening) await this.leave();
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /** What is typed is a draft first; where that can't be kept, it stays on the screen. So it does where "Reply" is
   *  pressed meanwhile, for its own chat or another. */
  async leave(opens: Opens | null = null): Promise<void> {
    const opening = this.#opening;
    if (this.#coming || !(await this.#keep()) || opening !== this.#opening) return;
    this.#away();
    const gone = this.#opening;
    const now = await call("leave_reply_box", { asked: this.#time, opens }).catch(() => undefined);
    // The app has not closed it: somebody was asked for, and that has not been heard of yet.
    if (now?.conversation_id && gone === this.#opening) await this.show(now.conversation_id, now);
  }
  async #keep(): Promise<boolean> {
    const box = this.shown?.box;
    if (!box) return true;
    await box.settled();
    if (!box.idle && box === this.shown?.box) this.problem = m.reply_box_not_kept();
    return box.idle;
  }
  /** The screen was locked: nothing of a customer stays on it. */
  hide(): void {
    this.#away();
  }
  #away(): void {
    this.#opening++;
    this.#coming = null;
    if (this.shown) void leaveBox(this.shown.box);
    this.shown = undefined;
    this.covered = false;
    this.problem = null;
  }
}

function read(conversation_id: ConversationId): Promise<[ConversationView, MessageView[]]> {
  return Promise.all([
    call("get_conversation", { conversation_id }),
    call("list_messages", { conversation_id, at: { at: "newest" }, limit: LAST, with_events: false }).then(
      (page) => page.messages,
    ),
  ]);
}
