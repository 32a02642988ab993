// What can be done to follow-ups, from the agenda, the panel, the board, the keyboard and the palette. Each act says
// what was done, with Undo.
import {
  ApiError,
  call,
  type ContactId,
  type FollowUp,
  type FollowUpId,
  type FollowUpView,
  type LeadId,
  type SaveFollowUp,
} from "../backend";
import { dueWords, followUpWords } from "../lib/follow-up";
import { number } from "../lib/numbers";
import { dayAndClock } from "../lib/time";
import { m } from "../paraglide/messages.js";
import { attempt, offerUndo, tell } from "./act";
import { exactNow } from "./clock.svelte";
import { dialogs, type FollowUpAsked } from "./dialogs.svelte";
import { codeText, errorText } from "./errors";
import { sayClosed } from "./leads";
import { toast } from "./toast.svelte";

const HOUR_MS = 3_600_000;

/** Opens the form for what is being sold to a person now; without an active lead it says so and how to go on. */
export async function startFollowUp(
  contact_id: ContactId,
  name: string,
  more: Omit<FollowUpAsked, "lead"> = {},
): Promise<void> {
  const lead = await activeLead(contact_id);
  if (lead) dialogs.followUp = { ...more, lead: { id: lead, contact_id, name } };
}

/** The lead that a follow-up of a person belongs to. Undefined: there is none, which was said, unless nobody asks for
 *  it any more. */
export async function activeLead(contact_id: ContactId, isAsked = () => true): Promise<LeadId | undefined> {
  const leads = await attempt(() => call("list_leads_of_contact", { contact_id }));
  if (!leads || !isAsked()) return undefined;
  const active = leads.find((lead) => !lead.state.closed);
  if (active) return active.id;
  const last = [...leads].sort((one, other) => other.cycle - one.cycle)[0];
  const words = last ? codeText("FOLLOWUP_INACTIVE", { status_id: last.state.status_id }) : m.follow_no_lead();
  await sayClosed(words, contact_id);
  return undefined;
}

/** Undefined: it was saved; `taken` gets its words back when that is undone. Else the refusal, for the form to say and to go on from. */
export async function saveFollowUp(
  ask: SaveFollowUp,
  isNew: boolean,
  taken?: { back: () => void },
): Promise<ApiError | undefined> {
  try {
    const { undo } = await call("save_follow_up", ask);
    const when = dayAndClock(ask.due_at_ms);
    const made = ask.kind === "message" ? m.follow_did_plan_message : m.follow_did_plan_task;
    offerUndo(isNew ? made({ when }) : m.follow_did_change({ when }), undo, taken?.back);
    return undefined;
  } catch (error) {
    return ApiError.from(error);
  }
}

/** A closed lead takes no more follow-ups; the way on is the next lead. */
export function followUpRefused(error: unknown, contact_id: ContactId): void {
  if (ApiError.from(error).code !== "FOLLOWUP_INACTIVE") return tell(error);
  void sayClosed(errorText(error), contact_id);
}

/** Done or canceled. Returns what comes next; undefined when nothing was done. */
export async function endFollowUps(
  ids: FollowUpId[],
  done: boolean,
): Promise<{ next: FollowUpView | null } | undefined> {
  const report = await attempt(() => call("end_follow_ups", { ids, done }));
  if (!report) return undefined;
  if (report.error) tell(report.error);
  if (report.done === 0) {
    toast(m.follow_skipped());
    return undefined;
  }
  const count = report.done;
  const said = done
    ? m.follow_did_done({ count, shown: number(count) })
    : m.follow_did_cancel({ count, shown: number(count) });
  const { next } = report;
  const label = next ? `${said} ${m.follow_next({ what: nextWords(next) })}` : said;
  offerUndo(label, report.undo);
  return { next };
}
const nextWords = (view: FollowUpView) =>
  `${view.name}, ${dueWords(view.follow_up.due_at_ms)}${view.follow_up.note ? ` · ${followUpWords(view.follow_up)}` : ""}`;

export async function moveFollowUps(ids: FollowUpId[], due_at_ms: number): Promise<boolean> {
  const report = await attempt(() => call("move_follow_ups", { ids, due_at_ms }));
  if (!report) return false;
  if (report.error) tell(report.error);
  if (report.done === 0) toast(m.follow_skipped());
  else offerUndo(m.follow_did_move({ when: dayAndClock(due_at_ms) }), report.undo);
  return report.done > 0;
}
export const snoozeFollowUp = (id: FollowUpId): Promise<boolean> => moveFollowUps([id], exactNow() + HOUR_MS);

/** Sends what is planned now. A message that was sent can't be taken back from here. */
export async function sendFollowUp(id: FollowUpId): Promise<boolean> {
  const report = await attempt(() => call("send_follow_up", { id }));
  if (!report) return false;
  toast(report.done > 0 ? m.follow_did_send() : m.follow_skipped());
  return report.done > 0;
}

export function editFollowUp(follow_up: FollowUp, name: string): void {
  const { lead_id, contact_id } = follow_up;
  dialogs.followUp = { lead: { id: lead_id, contact_id, name }, edit: follow_up };
}
