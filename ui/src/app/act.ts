// Doing something that changes data: it is durable when the command answers, then a toast offers to take it back.
import { ApiError, call, type ContactId, type Done, type LeftOut, type TakenBack, type UndoToken } from "../backend";
import { number } from "../lib/numbers";
import { m } from "../paraglide/messages.js";
import { errorText } from "./errors";
import { leftWords, seeThem } from "./left-out";
import { did, offer, toast, undoable, type Words } from "./toast.svelte";
import { dropUndo, pushUndo, undo, type UndoEnd } from "./undo.svelte";

/** Runs an act and says `label`, with Undo where there is one. A refusal is said in words. True when it was done. */
export function act(label: Words, run: () => Promise<Done>): Promise<boolean> {
  return doing(label, run, () => undefined);
}

/** As `act`, for what a person waits to see: the label is also said where nothing can be taken back. */
export function actAloud(label: string, run: () => Promise<Done>): Promise<boolean> {
  return doing(label, run, () => toast(label));
}

async function doing(label: Words, run: () => Promise<Done>, saidWithoutUndo: () => void): Promise<boolean> {
  const running = run();
  // In the stack from the moment it begins: what has left the screen is what Ctrl+Z brings back, never the deed before.
  const entry = undoable(label, async () => {
    const token = await running.then(
      (done) => done.undo,
      () => null,
    );
    return token ? takeBack(token) : "refused";
  });
  pushUndo(entry);
  try {
    const done = await running;
    if (done.undo) offer(entry);
    else {
      dropUndo(entry);
      saidWithoutUndo();
    }
    return true;
  } catch (error) {
    dropUndo(entry);
    tell(error);
    return false;
  }
}

/** A locked screen says so itself; what was asked behind it is asked again when it opens. */
export function tell(error: unknown): void {
  if (ApiError.from(error).code === "APP_LOCKED") return;
  const contact_id = whoIsInBin(error);
  if (contact_id === undefined) toast(errorText(error), { tone: "problem" });
  else sayInBin(contact_id);
}

/** The only way on. */
export function sayInBin(contact_id: ContactId): void {
  const action = { label: m.directory_restore(), run: () => void restoreContact(contact_id) };
  toast(m.error_in_bin(), { tone: "problem", action });
}

/** Whom a refusal asks to restore first. */
export function whoIsInBin(error: unknown): ContactId | undefined {
  const { code, params } = ApiError.from(error);
  return code === "IN_BIN" && typeof params["contact_id"] === "string" ? params["contact_id"] : undefined;
}

export async function restoreContact(contact_id: ContactId): Promise<boolean> {
  const target = { what: "ids" as const, ids: [contact_id] };
  const ask = { id: crypto.randomUUID(), target, deed: { do: "restore" as const } };
  const report = await attempt(() => call("bulk_contacts", ask));
  if (!report) return false;
  const said = () => m.directory_did_restore({ count: report.done, shown: number(report.done) });
  if (report.undo) offerUndo(said, report.undo);
  else toast(said);
  return true;
}

/** `after`: what else comes back once it was taken back. */
export function offerUndo(label: Words, token: UndoToken | null, after?: () => void): void {
  if (token)
    did(label, async () => {
      const became = await takeBack(token);
      if (became === "done") after?.();
      return became;
    });
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

/** What has changed since stays as it is; of many, which and why is said with what was taken back. */
export async function takeBack(
  token: UndoToken,
  refused: (error: unknown) => unknown = tell,
  ask: (token: UndoToken) => Promise<TakenBack> = (token) => call("undo", token),
): Promise<UndoEnd> {
  let came: TakenBack | undefined;
  const end = await takingBack(async () => (came = await ask(token)), refused);
  if (!came || (came.is_done && came.left_out.length === 0)) return end;
  const { is_done, left_out } = came;
  const why = () => left_out.map(notTakenBack).join(" · ");
  const words = () => (is_done ? m.undone_in_part({ why: why() }) : m.undone_not({ why: why() }));
  const action = seeThem(left_out);
  toast(words, { tone: is_done ? "plain" : "problem", action, stays: action !== undefined });
  return "refused";
}

/** "2 had changed since". */
function notTakenBack(left: LeftOut): string {
  const { why, count } = left;
  const isChanged = why.why === "refused" && why.refusal.code === "CHANGED_MEANWHILE";
  return isChanged ? m.undo_changed_since({ count, shown: number(count) }) : leftWords(left);
}

/** Takes something back; a refusal is said in words, and what may succeed later stays to be tried again. */
export async function takingBack(
  run: () => Promise<unknown>,
  refused: (error: unknown) => unknown = tell,
): Promise<UndoEnd> {
  try {
    await run();
    return "done";
  } catch (error) {
    await refused(error);
    return ApiError.from(error).retry ? "later" : "refused";
  }
}

/** "Undone" is said only of what was taken back: why something was not is not to be talked over. */
export async function undoLast(): Promise<void> {
  const entry = await undo();
  if (entry) toast(() => m.undone({ what: entry.label }));
}
