// Exported chats from their files to their reports. Each file is an import of its own, named by its id.
import {
  ApiError,
  call,
  pickFiles,
  upload,
  type Brought,
  type ChatFile,
  type ChatOptions,
  type ChatPreview,
  type ChatReport,
  type ChatView,
  type ContactId,
  type DayOrder,
  type OpenedChat,
} from "../../backend";
import { tell } from "../../app/act";
import { errorText } from "../../app/errors";
import { m } from "../../paraglide/messages.js";
import { Progress } from "./progress.svelte";

export type ChatStep = "start" | "choose" | "check" | "run" | "report";
/** Nobody of those who wrote: only the customer did. */
export const NOBODY = "\n";

/** One file and what is said of it. */
export class ChatCard {
  readonly fileName: string;
  readonly error: string | undefined;
  readonly chat: ChatView | undefined;
  included = $state(true);
  me = $state("");
  order = $state<DayOrder>();
  contact = $state.raw<{ id: ContactId; name: string }>();
  name = $state("");
  phone = $state("");
  preview = $state.raw<ChatPreview>();
  report = $state.raw<ChatReport>();
  problem = $state("");

  constructor(opened: OpenedChat) {
    this.fileName = opened.file_name;
    this.error = opened.error ? errorText(opened.error) : undefined;
    this.chat = opened.chat ?? undefined;
    this.included = !!opened.chat;
    // Of somebody who wrote alone the file's name says whether they are the customer; without one it is asked.
    this.me = this.chat?.me ?? (this.chat?.authors.length === 1 && this.#isNamed ? NOBODY : "");
    this.order = this.chat?.order_is_sure ? this.chat.order : undefined;
    this.name = this.chat?.name ?? "";
    this.phone = this.chat?.phone ?? "";
  }

  get #isNamed(): boolean {
    return !!this.chat && (this.chat.name !== "" || this.chat.phone !== "");
  }

  /** Who is this person's own. Whose chat it is, where the file does not say, is then the other one of those who wrote. */
  choose(me: string): void {
    this.me = me;
    if (!this.chat || this.#isNamed || this.contact) return;
    const customer = this.chat.authors.find(({ name }) => name !== me)?.name ?? "";
    const isTyped = (text: string) => text !== "" && !this.chat?.authors.some(({ name }) => name === text);
    if (isTyped(this.name) || isTyped(this.phone)) return;
    // A word with a digit in it is a name.
    const isNumber = !/\p{L}/u.test(customer);
    this.name = isNumber ? "" : customer;
    this.phone = isNumber ? customer : "";
  }

  /** Why it can't be checked yet. */
  get lacks(): string | null {
    if (this.me === "") return m.chats_me_first();
    if (!this.order) return m.chats_order_first();
    if (!this.contact && this.phone.trim() === "") return m.chats_phone_first();
    return null;
  }

  get options(): ChatOptions {
    const to: ChatOptions["to"] = this.contact
      ? { who: "contact", contact_id: this.contact.id }
      : { who: "new", name: this.name.trim(), phone: this.phone.trim() };
    return {
      ...(this.order ? { order: this.order } : {}),
      ...(this.me === NOBODY ? {} : { me: this.me }),
      to,
    };
  }
}

export class ChatWizard {
  step = $state<ChatStep>("start");
  cards = $state.raw<ChatCard[]>([]);
  busy = $state(false);
  readonly progress = new Progress();
  /** The one that is checked or brought in now. */
  now = $state.raw<ChatCard>();

  async pick(): Promise<void> {
    await this.bring(
      await pickFiles({ title: m.chats_pick(), name: m.chats_kind(), extensions: ["zip", "txt"], many: true }),
    );
  }

  async bring(files: readonly Brought[]): Promise<void> {
    if (this.busy || files.length === 0) return;
    this.busy = true;
    try {
      const named: ChatFile[] = [];
      for (const file of files)
        named.push(
          "path" in file
            ? { from: "path", path: file.path }
            : { from: "blob", hash: await upload(file.file), name: file.file.name },
        );
      const cards = (await call("open_chats", { files: named })).map((opened) => new ChatCard(opened));
      for (const card of cards) {
        const id = card.chat?.contact_id;
        if (id) card.contact = { id, name: (await call("get_contact", { contact_id: id })).display_name };
      }
      this.cards = cards;
      this.step = "choose";
    } catch (error) {
      tell(error);
    } finally {
      this.busy = false;
    }
  }

  get included(): ChatCard[] {
    return this.cards.filter((card) => card.included && card.chat);
  }

  get lacks(): string | null {
    if (this.included.length === 0) return m.import_nothing();
    return this.included.map((card) => card.lacks).find((lacks) => lacks !== null) ?? null;
  }

  /** New ones, in all files. */
  get work(): number {
    return this.included.reduce((sum, card) => sum + (card.preview?.messages ?? 0), 0);
  }

  async check(): Promise<void> {
    const all = await this.#each(async (card, id) => {
      card.preview = await call("preview_chat", { id, options: card.options });
    });
    if (all) this.step = "check";
  }

  async run(): Promise<void> {
    this.step = "run";
    const line_name = m.chats_line_name();
    await this.#each(async (card, id) => {
      card.report = await call("run_chat", { with: { id, options: card.options }, line_name });
    });
    this.step = this.included.some((card) => card.report) ? "report" : "check";
  }

  /** One after another; true when none failed and nobody canceled. */
  async #each(run: (card: ChatCard, id: string) => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    let whole = true;
    for (const card of this.included) {
      if (!card.chat) continue;
      const id = card.chat.id;
      this.now = card;
      card.problem = "";
      const stop = this.progress.begin(id, card.chat.messages);
      try {
        await run(card, id);
      } catch (error) {
        whole = false;
        if (ApiError.from(error).code !== "CANCELED") card.problem = errorText(error);
      } finally {
        stop();
      }
      // Who cancels means all of them.
      if (this.progress.canceling) {
        whole = false;
        break;
      }
    }
    this.now = undefined;
    this.busy = false;
    return whole;
  }

  again(): void {
    this.step = "start";
    this.close();
  }

  /** Every open file keeps its text; which ones are open is said with each choice of files. */
  close(): void {
    const wasOpen = this.cards.length > 0;
    this.cards = [];
    if (wasOpen) void call("open_chats", { files: [] }).catch(() => undefined);
  }
}
