// Files on their way into one draft: checked against the channel's limits before anything is copied, in order.
import { call, upload, type Attachment, type Brought, type ConversationView } from "../../backend";
import { codeText, errorText } from "../../app/errors";
import { bytes } from "../../lib/numbers";
import { channelName, channelOf } from "../../lib/channel";
import { m } from "../../paraglide/messages.js";
import type { DraftBox } from "./draft.svelte";

export const MAX_FILES = 15;

export interface Problem {
  id: number;
  text: string;
  /** It goes all the same, in another way. */
  note: boolean;
}

export class Files {
  /** Names of files being copied into the store. */
  coming = $state.raw<string[]>([]);
  problems = $state.raw<Problem[]>([]);
  readonly #box: DraftBox;
  #next = 0;
  #arriving: Promise<void> = Promise.resolve();

  constructor(box: DraftBox) {
    this.#box = box;
  }

  /** Nothing is on its way any more. */
  arrived(): Promise<void> {
    return this.#arriving;
  }
  problem(text: string, note = false): void {
    this.problems = [...this.problems, { id: this.#next++, text, note }];
  }
  dismiss(id: number): void {
    this.problems = this.problems.filter((p) => p.id !== id);
  }

  add(view: ConversationView, brought: readonly Brought[]): Promise<void> {
    this.problems = [];
    const room = MAX_FILES - this.#box.attachments.length - this.coming.length;
    if (brought.length > room) this.problem(m.too_many_files({ count: MAX_FILES }));
    const taken = brought.slice(0, Math.max(0, room)).flatMap((one) => {
      const name = "file" in one ? one.file.name || m.pasted_picture() : one.name;
      return "file" in one && !this.#fits(name, one.file.size, view) ? [] : [{ one, name }];
    });
    this.coming = [...this.coming, ...taken.map(({ name }) => name)];
    this.#arriving = this.#arriving.then(() => this.#take(view, taken));
    return this.#arriving;
  }
  async #take(view: ConversationView, taken: readonly { one: Brought; name: string }[]): Promise<void> {
    const box = this.#box;
    for (const { one, name } of taken) {
      try {
        const attachment = await bring(one, name, view);
        if (!this.#fits(name, attachment.size_bytes, view)) continue;
        const allowed = asAllowed(attachment, view);
        if (allowed.media !== attachment.media)
          this.problem(m.photo_as_document({ name, limit: bytes(view.abilities.max_photo_bytes) }), true);
        box.attachments = [...box.attachments, allowed];
        box.touched();
      } catch (error) {
        this.problem(`${name}: ${errorText(error)}`);
      } finally {
        const at = this.coming.indexOf(name);
        this.coming = this.coming.filter((_, i) => i !== at);
      }
    }
  }

  #fits(name: string, size: number, view: ConversationView): boolean {
    if (size === 0) {
      this.problem(`${name}: ${codeText("FILE_EMPTY")}`);
      return false;
    }
    if (size > view.abilities.max_upload_bytes) {
      this.problem(
        m.file_over_limit({
          name,
          size: bytes(size),
          channel: channelName(channelOf(view.line.type)),
          limit: bytes(view.abilities.max_upload_bytes),
        }),
      );
      return false;
    }
    return true;
  }
}

async function bring(one: Brought, name: string, view: ConversationView): Promise<Attachment> {
  if ("path" in one) return call("attach_file", { from: "path", conversation_id: view.id, path: one.path });
  const hash = await upload(one.file);
  return call("attach_file", {
    from: "blob",
    conversation_id: view.id,
    hash,
    name,
    mime: one.file.type || "application/octet-stream",
  });
}

/** A photo that is too large as a photo goes as a document. */
function asAllowed(attachment: Attachment, view: ConversationView): Attachment {
  return attachment.media === "image" && attachment.size_bytes > view.abilities.max_photo_bytes
    ? { ...attachment, media: "document" }
    : attachment;
}
