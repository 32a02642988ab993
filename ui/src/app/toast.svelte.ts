// One toast at a time, bottom left. A new one replaces the old: the undo stack still holds what it offered.
import { canUndo, pushUndo, undo, type Undoable } from "./undo.svelte";

export interface Way {
  label: string;
  run: () => void;
  /** The toast is there still when one comes back from it. */
  stays?: boolean;
}
export interface Toast {
  id: number;
  /** Who or what it is about, before the text. */
  title?: string;
  text: string;
  tone: "plain" | "problem";
  undoable?: Undoable;
  action?: Way;
  /** Another way on beside it. */
  second?: Way;
  /** Nowhere else is it to be read: until it is dismissed or another one comes. */
  stays?: boolean;
  until_ms: number;
}

/** As a function they are in the language on screen, also after it was switched. */
export type Words = string | (() => string);
const say = (words: Words) => (typeof words === "string" ? words : words());

export const TOAST_MS = 10_000;
let current = $state.raw<Toast>();
let next = 1;

export function currentToast(): Toast | undefined {
  return current;
}

type Options = Partial<Pick<Toast, "title" | "tone" | "action" | "second" | "stays" | "undoable">>;
export function toast(text: Words, options: Options = {}): void {
  current = {
    id: next++,
    title: options.title,
    get text() {
      return say(text);
    },
    tone: options.tone ?? "plain",
    undoable: options.undoable,
    action: options.action,
    second: options.second,
    stays: options.stays,
    until_ms: Date.now() + TOAST_MS,
  };
}

/** What can be taken back, in the language on screen whenever it is named. */
export function undoable(label: Words, undoIt: Undoable["undo"]): Undoable {
  return {
    get label() {
      return say(label);
    },
    undo: undoIt,
  };
}

/** Says what was done and offers to take it back, here and in the undo stack. */
export function did(label: Words, undoIt: Undoable["undo"]): void {
  const entry = undoable(label, undoIt);
  pushUndo(entry);
  offer(entry);
}
/** The same for what has been in the undo stack since it began, unless it was taken back meanwhile. */
export function offer(entry: Undoable): void {
  if (canUndo(entry)) toast(() => entry.label, { undoable: entry });
}

export async function undoToast(of: Toast): Promise<void> {
  if (current?.id === of.id) current = undefined;
  if (of.undoable) await undo(of.undoable);
}

export function dismissToast(id?: number): void {
  if (id === undefined || current?.id === id) current = undefined;
}
