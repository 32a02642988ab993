// One deed on many leads: how far it is, a way to stop it, what came of it in words, and one undo for all of it. What
// is asked for meanwhile is done after it.
import {
  call,
  type BulkFollowUp,
  type CardView,
  type LeadBulkReport,
  type LeadId,
  type LeadPatch,
  type LeadTarget,
  type TagId,
} from "../../../backend";
import { takeBack, tell } from "../../../app/act";
import { asEnd, codeText } from "../../../app/errors";
import { on } from "../../../app/events";
import { leftWords, reported, seeThem } from "../../../app/left-out";
import { toast, undoable } from "../../../app/toast.svelte";
import { canUndo, dropUndo, pushUndo, type Undoable } from "../../../app/undo.svelte";
import type { Many } from "../../../app/whom.svelte";
import { newId } from "../../../lib/id";
import { number } from "../../../lib/numbers";
import { Turns } from "../../../lib/turns";
import { m } from "../../../paraglide/messages.js";

/** Of one question for leads. */
const MOST_ASKED = 200;

export class Bulk {
  /** While it runs. */
  now = $state.raw<{ id: string; label: string; done: number; total: number; canceled: boolean }>();
  /** How many are done after it. */
  waiting = $state(0);
  #turns = new Turns();

  /** Hears how far it is; returns what ends it. */
  listen(): () => void {
    return on("bulk_progress", ({ id, done, total }) => {
      if (this.now?.id === id) this.now = { ...this.now, done, total };
    });
  }
  /** These, as they are now: what is picked or filtered next changes nothing of it. `done`: wholly or in part. */
  many(count: number, target: LeadTarget, done: () => void = () => undefined): Many {
    const then = (doing: Promise<boolean>) => doing.then((did) => (did ? done() : undefined));
    return {
      count,
      target,
      change: (patch, label) => then(this.run(label, target, count, patch)),
      tag: ({ id, name }, on) => {
        const label = on ? m.tag_did_on({ tag: name }) : m.tag_did_off({ tag: name });
        void then(this.tag(label, target, count, id, on));
      },
      note: (text, failed) => void then(this.note(target, count, text, failed)),
      plan: (plan, label) => void then(this.plan(label, target, count, plan)),
    };
  }
  /** True when it was done, wholly or in part. */
  run(label: string, target: LeadTarget, total: number, patch: LeadPatch): Promise<boolean> {
    return this.#do(label, total, (id) => call("bulk_leads", { id, target, patch }));
  }
  /** A tag onto the contacts of these leads, or off. */
  tag(label: string, target: LeadTarget, total: number, tag_id: TagId, on: boolean): Promise<boolean> {
    return this.#do(label, total, (id) => call("bulk_tag", { id, target: { of: "leads", target }, tag_id, on }));
  }
  /** One note about each of their contacts; `failed`: about nobody. */
  note(target: LeadTarget, total: number, text: string, failed: () => void): Promise<boolean> {
    const people = { of: "leads" as const, target };
    return this.#do(m.lead_did_note(), total, (id) => call("bulk_note", { id, target: people, text }), {
      failed,
      meanwhile: m.lead_doing_note(),
    });
  }
  /** One follow-up for each of them. */
  plan(label: string, target: LeadTarget, total: number, plan: Omit<BulkFollowUp, "id" | "target">): Promise<boolean> {
    return this.#do(label, total, (id) => call("bulk_follow_up", { ...plan, id, target }));
  }
  #do(
    label: string,
    total: number,
    deed: (id: string) => Promise<LeadBulkReport>,
    {
      failed,
      meanwhile = label,
    }: {
      failed?: () => void;
      /** What it says while it runs, where `label` would say that it is done. */
      meanwhile?: string;
    } = {},
  ): Promise<boolean> {
    // In the stack from the moment it is asked for: Ctrl+Z takes back what one did last, never the deed before it.
    let said = label;
    let running: Promise<LeadBulkReport> | undefined;
    let isTakenBack = false;
    const entry = undoable(
      () => said,
      async () => {
        if (!running) {
          isTakenBack = true;
          return "done";
        }
        const token = await running.then(
          (report) => report.undo,
          () => null,
        );
        return token ? takeBack(token) : "refused";
      },
    );
    pushUndo(entry);
    this.waiting += 1;
    return this.#turns.take(async () => {
      this.waiting -= 1;
      // Before its turn came.
      if (isTakenBack) return false;
      const id = newId();
      this.now = { id, label: meanwhile, done: 0, total, canceled: false };
      running = deed(id);
      try {
        const report = await running;
        said = reportWords(label, report);
        say(said, report, entry);
        // Stopped before the first of them: as good as refused.
        if (report.done === 0) failed?.();
        return report.done > 0;
      } catch (error) {
        dropUndo(entry);
        tell(error);
        failed?.();
        return false;
      } finally {
        this.now = undefined;
      }
    });
  }
  cancel(): void {
    if (!this.now || this.now.canceled) return;
    this.now = { ...this.now, canceled: true };
    void call("cancel_bulk", { id: this.now.id }).catch(tell);
  }
}

export async function cardsOf(ids: readonly LeadId[]): Promise<CardView[]> {
  const parts = Array.from({ length: Math.ceil(ids.length / MOST_ASKED) }, (_, at) =>
    ids.slice(at * MOST_ASKED, (at + 1) * MOST_ASKED),
  );
  return (await Promise.all(parts.map((part) => call("get_cards", { ids: part })))).flat();
}
function say(text: string, report: LeadBulkReport, entry: Undoable): void {
  // It was taken back meanwhile, which is said.
  if (report.undo && !canUndo(entry)) return;
  if (!report.undo) dropUndo(entry);
  const action = seeThem(report.left_out);
  toast(text, { undoable: report.undo ? entry : undefined, action, stays: action !== undefined });
}

/** "Moved to Visit · 1,280 done · 4 closed leads were skipped"; where nothing was done, only why. */
export function reportWords(label: string, report: LeadBulkReport): string {
  const { done, left, error } = report;
  const shown = (count: number) => ({ count, shown: number(count) });
  const not = report.left_out.map(leftWords);
  if (left > 0) not.push(m.leads_bulk_left(shown(left)));
  if (error) not.push(asEnd(codeText(error.code, error.params)));
  return reported(done > 0, () => `${label} · ${m.leads_bulk_done(shown(done))}`, not);
}
