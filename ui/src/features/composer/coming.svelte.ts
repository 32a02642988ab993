// A file on its way into a draft, and what is noted of it: as its reading begins its name goes to the app, sealed like
// the draft. What the end of the program cut off is then read again where a path leads to it, and named where none
// does; it is never gone without a word.
import { ApiError, call, type ConversationId } from "../../backend";

/** A file that is being read, until it is attached, refused or given up. */
export class Coming {
  readonly name: string;
  readonly mime: string;
  readonly size_bytes: number | null;
  /** From 0 to 1; null where nobody can tell how far it is. */
  done = $state<number | null>(null);
  /** Its turn has come. */
  begun = $state(false);
  readonly note: Note;
  readonly #giveUp = new AbortController();
  readonly #givenUp: Promise<never>;

  constructor(note: Note, size_bytes: number | null, mime = "") {
    this.note = note;
    this.name = note.name;
    this.size_bytes = size_bytes;
    this.mime = mime;
    this.#givenUp = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(new ApiError("CANCELED")));
    });
    this.#givenUp.catch(() => undefined);
  }
  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }
  cancel(): void {
    this.#giveUp.abort();
  }
  /** What is asked for it; it rejects as soon as the file is given up, whatever the answer would be. */
  unlessCanceled<T>(asked: Promise<T>): Promise<T> {
    return Promise.race([asked, this.#givenUp]);
  }
}

export interface Note {
  readonly name: string;
  /** Where it can be read again. */
  readonly path?: string;
  /** It is in the store already: whether it reached the draft can be seen by this. */
  hash?: string;
}

const KEY = "coming";
const AGAIN_MS = 30_000;
const notes = new Map<ConversationId, Note[]>();
/** For tests: only what the app was told is left. */
export function dropNotes(): void {
  notes.clear();
}
let writing: Promise<void> = Promise.resolve();
let changed = false;

export function noteComing(conversation_id: ConversationId, note: Note): void {
  notes.set(conversation_id, [...(notes.get(conversation_id) ?? []), note]);
  save();
}
export function noteStored(note: Note, hash: string): void {
  note.hash = hash;
  save();
}
/** It is attached, refused with words, or not wanted. */
export function forgetComing(conversation_id: ConversationId, note: Note): void {
  const left = (notes.get(conversation_id) ?? []).filter((n) => n !== note);
  if (left.length > 0) notes.set(conversation_id, left);
  else notes.delete(conversation_id);
  save();
}

function save(): void {
  if (changed) return;
  changed = true;
  writing = writing.then(() => {
    changed = false;
    // A note that can't be kept must not keep the file from being attached. Behind the screen's lock nothing can be
    // kept: it is tried until the lock is open.
    return call("put_ui_state", { key: KEY, value: JSON.stringify(Object.fromEntries(notes)) }).then(
      () => undefined,
      () => void setTimeout(save, AGAIN_MS),
    );
  });
}

/** What was on its way when the program ended. The notes stay until each has become something. */
export async function loadComing(): Promise<[ConversationId, Note[]][]> {
  const text = await call("get_ui_state", { key: KEY });
  if (text === null) return [];
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return [];
  }
  const found = Object.entries(read as Record<string, Note[]>).filter(([, list]) => Array.isArray(list));
  for (const [id, list] of found) notes.set(id, [...list, ...(notes.get(id) ?? [])]);
  return found;
}
