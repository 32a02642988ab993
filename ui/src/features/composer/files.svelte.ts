// Files on their way into one draft: checked against the channel's limits before anything leaves, in order. One that
// is too large as what it is waits for a person to say how it goes, and keeps its place among the others meanwhile.
import {
  ApiError,
  call,
  upload,
  type Attachment,
  type Brought,
  type ConversationView,
  type MediaKind,
  type OverLimit,
} from "../../backend";
import { codeText, errorText } from "../../app/errors";
import { m } from "../../paraglide/messages.js";
import type { DraftBox } from "./draft.svelte";
import { overLimitText } from "./limits";

export const MAX_FILES = 15;
/** More than this no page hands over; a path may lead to more. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;

/** A file that the app can reach: on the person's disk, or in the store already. */
type Source = { from: "path"; path: string } | { from: "blob"; hash: string; name: string; mime: string };

/** A file that is too large as what it is, and the ways in which it could go. */
export interface Choice {
  readonly name: string;
  readonly source: Source;
  readonly smaller: boolean;
  readonly document: boolean;
}
export interface Problem {
  id: number;
  text: string;
  choice?: Choice;
}

export class Files {
  /** Names of files being copied into the store. */
  coming = $state.raw<string[]>([]);
  problems = $state.raw<Problem[]>([]);
  readonly #box: DraftBox;
  #next = 0;
  #arriving: Promise<void> = Promise.resolve();
  /** Before which attachment a file will stand that is waiting for a person, by the problem's id. */
  #places = new Map<number, number>();

  constructor(box: DraftBox) {
    this.#box = box;
  }

  /** Nothing is on its way any more. */
  arrived(): Promise<void> {
    return this.#arriving;
  }
  /** A person has to say how a file goes. */
  get asking(): boolean {
    return this.problems.some((problem) => problem.choice);
  }
  #problem(text: string, choice?: Choice, id = this.#next++): number {
    this.problems = [...this.problems, { id, text, choice }].sort((a, b) => a.id - b.id);
    return id;
  }
  dismiss(id: number): void {
    this.problems = this.problems.filter((p) => p.id !== id);
    this.#places.delete(id);
  }
  /** What only had to be said was seen. */
  seen(): void {
    this.problems = this.problems.filter((p) => p.choice);
  }

  add(view: ConversationView, brought: readonly Brought[]): Promise<void> {
    this.seen();
    const room = MAX_FILES - this.#box.attachments.length - this.coming.length - this.#places.size;
    if (brought.length > room) this.#problem(m.too_many_files({ count: MAX_FILES }));
    const taken = brought.slice(0, Math.max(0, room)).flatMap((one) => {
      const name = "file" in one ? one.file.name || m.pasted_picture() : one.name;
      return "file" in one && !this.#mayFit(name, one.file, view) ? [] : [{ one, name }];
    });
    this.coming = [...this.coming, ...taken.map(({ name }) => name)];
    this.#arriving = this.#arriving.then(() => this.#take(view, taken));
    return this.#arriving;
  }
  async #take(view: ConversationView, taken: readonly { one: Brought; name: string }[]): Promise<void> {
    for (const { one, name } of taken) {
      try {
        const source = await sourceOf(one, name);
        await this.#attach(view, source).catch((error: unknown) => this.#ask(view, source, name, error));
      } catch (error) {
        this.#problem(`${name}: ${errorText(error)}`);
      } finally {
        this.#came(name);
      }
    }
  }
  async #attach(view: ConversationView, source: Source): Promise<void> {
    this.#put(await call("attach_file", { conversation_id: view.id, ...source }));
  }
  /** Too large as what it is: how should it go? Other errors are passed on. */
  #ask(view: ConversationView, source: Source, name: string, error: unknown): void {
    const { code, params } = ApiError.from(error);
    if (code !== "FILE_TOO_BIG" || params["media"] === undefined) throw error;
    const text = overLimitText(
      name,
      Number(params["size_bytes"]),
      Number(params["max_bytes"]),
      params["media"] as MediaKind,
      view,
    );
    const choice = {
      name,
      source,
      smaller: params["can_be_smaller"] === "true",
      document: params["can_be_document"] === "true",
    };
    if (!choice.smaller && !choice.document) return void this.#problem(text);
    this.#places.set(this.#problem(text, choice), this.#box.attachments.length);
  }

  /** The person said how a file goes. */
  choose(view: ConversationView, { id, choice }: Problem, over_limit: Exclude<OverLimit, "ask">): Promise<void> {
    if (!choice) return Promise.resolve();
    this.problems = this.problems.filter((p) => p.id !== id);
    this.coming = [...this.coming, choice.name];
    this.#arriving = this.#arriving.then(async () => {
      try {
        this.#put(await call("attach_file", { conversation_id: view.id, ...choice.source, over_limit }), id);
        this.#places.delete(id);
      } catch (error) {
        // Only a way that the file can't go is struck out. Whatever else went wrong may go right the next time.
        const cannot = ["PICTURE_UNREADABLE", "FILE_TOO_BIG"].includes(ApiError.from(error).code);
        const left = cannot ? { ...choice, [over_limit]: false } : choice;
        const asks = left.smaller || left.document;
        if (!asks) this.#places.delete(id);
        this.#problem(`${choice.name}: ${errorText(error)}`, asks ? left : undefined, id);
      } finally {
        this.#came(choice.name);
      }
    });
    return this.#arriving;
  }

  /** At the end, or at the place that a file that waited has kept. What waits behind it moves on by one. */
  #put(attachment: Attachment, waited = Infinity): void {
    const box = this.#box;
    const at = Math.min(this.#places.get(waited) ?? Infinity, box.attachments.length);
    box.attachments = box.attachments.toSpliced(at, 0, attachment);
    for (const [id, place] of this.#places)
      if (place > at || (place === at && id > waited)) this.#places.set(id, place + 1);
    box.touched();
  }
  remove(at: number): void {
    const box = this.#box;
    box.attachments = box.attachments.toSpliced(at, 1);
    for (const [id, place] of this.#places) if (place > at) this.#places.set(id, place - 1);
    box.touched();
  }
  #came(name: string): void {
    const at = this.coming.indexOf(name);
    this.coming = this.coming.filter((_, i) => i !== at);
  }

  /** What certainly can't go is said before a byte of it is read. A picture may be made smaller. */
  #mayFit(name: string, file: File, view: ConversationView): boolean {
    if (file.size === 0) {
      this.#problem(`${name}: ${codeText("FILE_EMPTY")}`);
      return false;
    }
    const picture = file.type.startsWith("image/");
    if (file.size <= (picture ? MAX_UPLOAD_BYTES : view.abilities.max_upload_bytes)) return true;
    const max = picture ? view.abilities.max_photo_bytes : view.abilities.max_upload_bytes;
    this.#problem(overLimitText(name, file.size, max, picture ? "image" : "document", view));
    return false;
  }
}

async function sourceOf(one: Brought, name: string): Promise<Source> {
  if ("path" in one) return { from: "path", path: one.path };
  const hash = await upload(one.file);
  return { from: "blob", hash, name, mime: one.file.type || "application/octet-stream" };
}
