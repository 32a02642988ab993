// What is done to the leads and tags of many chats at once: in chunks, with how far it has come, a way to stop, and one
// undo for all of it.
import {
  call,
  type BulkTarget,
  type LeadBulkReport,
  type LeadPatch,
  type LeadTarget,
  type LeftOut,
  type TagTarget,
  type TagView,
  type UndoToken,
} from "../backend";
import { newId } from "../lib/id";
import { number } from "../lib/numbers";
import { m } from "../paraglide/messages.js";
import { attempt, takeBack, tell } from "./act";
import { on } from "./events";
import { leftWords, reported, seeThem } from "./left-out";
import { toast, undoable, type Words } from "./toast.svelte";
import { pushUndo } from "./undo.svelte";
import type { Many } from "./whom.svelte";

export interface Progress {
  done: number;
  total: number;
  stop: () => void;
}

/** Runs one deed under an id of its own. `progress` hears how far it is, and null at the end. */
export async function inChunks<T>(
  progress: (now: Progress | null) => void,
  start: (id: string) => Promise<T>,
): Promise<T> {
  const id = newId();
  const stop = () => void call("cancel_bulk", { id }).catch(() => undefined);
  const off = on("bulk_progress", ({ id: of, done, total }) => {
    if (of === id) progress({ done, total, stop });
  });
  try {
    return await start(id);
  } finally {
    off();
    progress(null);
  }
}

/** And says what became of it. */
async function report(
  did: (count: number) => string,
  progress: (now: Progress | null) => void,
  start: (id: string) => Promise<LeadBulkReport>,
): Promise<LeadBulkReport | undefined> {
  const came = await attempt(() => inChunks(progress, start));
  if (came) say(did, came);
  return came;
}
const run = (...deed: Parameters<typeof report>): Promise<boolean> => report(...deed).then((came) => !!came);

const shown = (count: number) => ({ count, shown: number(count) });

/** `isDone`: there was something to do besides, also where it was done to none of them. */
export function say(did: (count: number) => string, report: LeadBulkReport, isDone = report.done > 0): void {
  const { done, left, error } = report;
  const label: Words = () => {
    const not = report.left_out.map(leftWords);
    if (left > 0) not.push(m.bulk_left(shown(left)));
    return reported(isDone, () => did(done), not);
  };
  sayWithThem(label, report.undo, report.left_out);
  if (error) tell(error);
}

/** What was done, with its undo, and those that were left as they were in one press. */
export function sayWithThem(label: Words, token: UndoToken | null, left: readonly LeftOut[]): void {
  const action = seeThem(left);
  const stays = action !== undefined;
  if (!token) return toast(label, { action, stays });
  const entry = undoable(label, () => takeBack(token));
  pushUndo(entry);
  toast(label, { undoable: entry, action, stays });
}

export function changeLeadsOf(
  target: BulkTarget,
  patch: LeadPatch,
  did: (count: number) => string,
  progress: (now: Progress | null) => void,
): Promise<boolean> {
  return run(did, progress, (id) => call("bulk_leads", { id, target: { what: "chats", target }, patch }));
}

/** One note about each of these. False: about nobody, also where it was stopped before the first. */
async function noteOf(target: TagTarget, text: string, progress: (now: Progress | null) => void): Promise<boolean> {
  const did = (count: number) => m.did_bulk_note({ count, shown: number(count) });
  const came = await report(did, progress, (id) => call("bulk_note", { id, target, text }));
  return !!came && came.done > 0;
}

/** The leads of those that are picked in a list of something else; `tag` changes the tags of those themselves. */
export function leadsOfPicked(
  {
    count,
    target,
    people,
    progress,
    done,
  }: {
    count: number;
    target: LeadTarget;
    /** Whom a note is about. */
    people: TagTarget;
    progress: (now: Progress | null) => void;
    done: () => void;
  },
  tag: (tag: TagView, on: boolean) => Promise<boolean>,
): Many {
  const then = (doing: Promise<boolean>) => doing.then((did) => (did ? done() : undefined));
  const words = (label: string) => (done: number) =>
    `${label} · ${m.leads_bulk_done({ count: done, shown: number(done) })}`;
  return {
    count,
    target,
    change: (patch, label) => then(run(words(label), progress, (id) => call("bulk_leads", { id, target, patch }))),
    tag: (one, on) => void then(tag(one, on)),
    note: (text, failed) =>
      void then(
        noteOf(people, text, progress).then((kept) => {
          if (!kept) failed();
          return kept;
        }),
      ),
    plan: (plan, label) =>
      void then(run(words(label), progress, (id) => call("bulk_follow_up", { ...plan, id, target }))),
  };
}

export function tagChats(
  target: BulkTarget,
  tag: TagView,
  on: boolean,
  progress: (now: Progress | null) => void,
): Promise<boolean> {
  const did = (count: number) =>
    (on ? m.did_bulk_tag : m.did_bulk_untag)({ count, shown: number(count), tag: tag.name });
  return run(did, progress, (id) => call("bulk_tag", { id, target: { of: "chats", target }, tag_id: tag.id, on }));
}
