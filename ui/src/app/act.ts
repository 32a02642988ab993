// Doing something that changes data: it is durable when the command answers, then a toast offers to take it back.
import { ApiError, call, type Done, type UndoToken } from "../backend";
import { m } from "../paraglide/messages.js";
import { errorText } from "./errors";
import { did, toast, type Words } from "./toast.svelte";
import { undo } from "./undo.svelte";

/** Runs an act and says `label`, with Undo where there is one. A refusal is said in words. True when it was done. */
export async function act(label: Words, run: () => Promise<Done>): Promise<boolean> {
  try {
    const done = await run();
    offerUndo(label, done.undo);
    return true;
  } catch (error) {
    tell(error);
    return false;
  }
}

/** As `act`, for what a person waits to see: the label is also said where nothing can be taken back. */
export async function actAloud(label: string, run: () => Promise<Done>): Promise<boolean> {
  try {
    const done = await run();
    if (done.undo) offerUndo(label, done.undo);
    else toast(label);
    return true;
  } catch (error) {
    tell(error);
    return false;
  }
}

/** A locked screen says so itself; what was asked behind it is asked again when it opens. */
export function tell(error: unknown): void {
  if (ApiError.from(error).code !== "APP_LOCKED") toast(errorText(error), { tone: "problem" });
}

export function offerUndo(label: Words, token: UndoToken | null): void {
  if (token) did(label, () => takeBack(token));
}

/** Runs something without an undo; a refusal is said in words. Undefined when it failed. */
export async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    tell(error);
    return undefined;
  }
}

async function takeBack(token: UndoToken): Promise<void> {
  try {
    await call("undo", token);
  } catch (error) {
    tell(error);
  }
}

export async function undoLast(): Promise<void> {
  const entry = await undo();
  if (entry) toast(() => m.undone({ what: entry.label }));
}
