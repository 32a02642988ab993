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
import { Coming, forgetComing, noteComing, noteStored, type Note } from "./coming.svelte";
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
  readonly size_bytes: number;
  readonly source: Source;
  readonly smaller: boolean;
  readonly document: boolean;
}
export interface Problem {
  id: number;
  text: string;
  choice?: Choice;
  /** Kept until a person has seen this or said how the file goes. */
  note?: Note;
}

export class Files {
  /** Being copied into the store, in the order in which they were chosen. */
  coming = $state.raw<Coming[]>([]);
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
  #problem(text: string, rest: Omit<Problem, "id" | "text"> = {}, id = this.#next++): number {
    this.problems = [...this.problems, { id, text, ...rest }].sort((a, b) => a.id - b.id);
    return id;
  }
  dismiss(id: number): void {
    this.#places.delete(id);
    this.#leave((problem) => problem.id !== id);
  }
  /** What only had to be said was seen. */
  seen(): void {
    this.#leave((problem) => !!problem.choice);
  }
  #leave(stays: (problem: Problem) => boolean): void {
    for (const { note } of this.problems.filter((p) => !stays(p))) if (note) this.#forget(note);
    this.problems = this.problems.filter(stays);
  }
  #forget(note: Note): void {
    forgetComing(this.#box.conversation_id, note);
  }

  add(view: ConversationView, brought: readonly Brought[]): Promise<void> {
    this.seen();
    const room = MAX_FILES - this.#box.attachments.length - this.coming.length - this.#places.size;
    if (brought.length > room) this.#problem(m.too_many_files({ count: MAX_FILES }));
    for (const one of brought.slice(0, Math.max(0, room))) {
      const name = "file" in one ? one.file.name || m.pasted_picture() : one.name;
      if ("file" in one && !this.#mayFit(name, one.file, view)) continue;
      const note: Note = "file" in one ? { name } : { name, path: one.path };
      noteComing(this.#box.conversation_id, note);
      const file = "file" in one ? new Coming(note, one.file.size, one.file.type) : new Coming(note, null);
      this.#follow(file, async () => {
        const source = await sourceOf(one, file);
        if (source.from === "blob") noteStored(note, source.hash);
        await this.#attach(view, source, file);
      });
    }
    return this.#arriving;
  }

  /** The end of the program cut these off: what can be read again is, the others are named. */
  resume(view: ConversationView, notes: readonly Note[]): Promise<void> {
    for (const note of notes) {
      const { name, path, hash } = note;
      const source: Source | undefined = path
        ? { from: "path", path }
        : hash
          ? { from: "blob", hash, name, mime: "application/octet-stream" }
          : undefined;
      const cutOff = () => void this.#problem(m.file_cut_off({ name }), { note });
      if (!source) {
        cutOff();
        continue;
      }
      const file = new Coming(note, null);
      // Bytes that a page handed over and no draft holds may be swept away by now.
      this.#follow(file, () => this.#attach(view, source, file, true), path ? undefined : cutOff);
    }
    return this.#arriving;
  }

  /** One after the other, so that they stand in the order in which they were chosen. */
  #follow(file: Coming, take: () => Promise<void>, failed?: (error: unknown) => void): void {
    this.coming = [...this.coming, file];
    this.#arriving = this.#arriving.then(async () => {
      try {
        file.begun = true;
        if (!file.signal.aborted) await take();
      } catch (error) {
        if (file.signal.aborted) return;
        if (failed) return failed(error);
        this.#problem(`${file.name}: ${errorText(error)}`);
        this.#forget(file.note);
      } finally {
        this.coming = this.coming.filter((f) => f !== file);
      }
    });
  }
  /** It is not wanted any more: whatever is being read of it is let go. */
  cancel(file: Coming): void {
    file.cancel();
    this.coming = this.coming.filter((f) => f !== file);
    this.#forget(file.note);
  }

  async #attach(view: ConversationView, source: Source, file: Coming, again = false): Promise<void> {
    let attachment: Attachment;
    try {
      attachment = await file.unlessCanceled(call("attach_file", { conversation_id: view.id, ...source }));
    } catch (error) {
      return this.#ask(view, source, file, error);
    }
    // It may have reached the draft before the end, and only its note was still there.
    if (!again || this.#box.attachments.every((a) => a.hash !== attachment.hash)) this.#put(attachment);
    this.#keep(file.note);
  }
  /** Its note goes when the draft that holds it is in the database. */
  #keep(note: Note): void {
    void this.#box.kept().then(() => this.#forget(note));
  }
  /** Too large as what it is: how should it go? Other errors are passed on. */
  #ask(view: ConversationView, source: Source, { name, note }: Coming, error: unknown): void {
    const { code, params } = ApiError.from(error);
    if (code !== "FILE_TOO_BIG" || params["media"] === undefined) throw error;
    const size_bytes = Number(params["size_bytes"]);
    const text = overLimitText(name, size_bytes, Number(params["max_bytes"]), params["media"] as MediaKind, view);
    const choice = {
      name,
      size_bytes,
      source,
      smaller: params["can_be_smaller"] === "true",
      document: params["can_be_document"] === "true",
    };
    if (!choice.smaller && !choice.document) {
      this.#problem(text);
      return this.#forget(note);
    }
    this.#places.set(this.#problem(text, { choice, note }), this.#box.attachments.length);
  }

  /** The person said how a file goes. */
  choose(view: ConversationView, problem: Problem, over_limit: Exclude<OverLimit, "ask">): Promise<void> {
    const { id, choice, note } = problem;
    if (!choice || !note) return Promise.resolve();
    this.problems = this.problems.filter((p) => p.id !== id);
    const file = new Coming(note, choice.size_bytes);
    this.#follow(
      file,
      async () => {
        const asked = call("attach_file", { conversation_id: view.id, ...choice.source, over_limit });
        this.#put(await file.unlessCanceled(asked), id);
        this.#places.delete(id);
        this.#keep(note);
      },
      (error) => {
        // Only a way that the file can't go is struck out. Whatever else went wrong may go right the next time.
        const cannot = ["PICTURE_UNREADABLE", "FILE_TOO_BIG"].includes(ApiError.from(error).code);
        const left = cannot ? { ...choice, [over_limit]: false } : choice;
        const asks = left.smaller || left.document;
        const text = `${choice.name}: ${errorText(error)}`;
        if (asks) return void this.#problem(text, { choice: left, note }, id);
        this.#places.delete(id);
        this.#problem(text, {}, id);
        this.#forget(note);
      },
    );
    file.signal.addEventListener("abort", () => this.#places.delete(id));
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

async function sourceOf(one: Brought, file: Coming): Promise<Source> {
  if ("path" in one) return { from: "path", path: one.path };
  const { signal } = file;
  const hash = await file.unlessCanceled(
    upload(one.file, { signal, progress: (done) => (file.done = done < 1 ? done : null) }),
  );
  file.done = null;
  return { from: "blob", hash, name: file.name, mime: one.file.type || "application/octet-stream" };
}
