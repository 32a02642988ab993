// What can be done to leads, from the panel, the keyboard and the palette. Each act says what was done, with Undo.
import {
  ApiError,
  call,
  type ContactId,
  type CustomField,
  type FieldValue,
  type Lead,
  type LeadPatch,
  type LeadsReport,
  type Marker,
} from "../backend";
import type { FieldProblem } from "../components/InlineField.svelte";
import { markerName, markerSign, saleName } from "../lib/sale";
import { m } from "../paraglide/messages.js";
import { offerUndo, sayInBin, tell } from "./act";
import { hubNow } from "./clock.svelte";
import { choose, chosenConversation } from "./chosen.svelte";
import { ofLeads, takesAlong } from "./closing";
import { dialogs } from "./dialogs.svelte";
import { errorText, idsIn } from "./errors";
import { currentScreen, go } from "./route.svelte";
import { memberName, stageOf, statusName, statusOf, sale } from "./sale.svelte";
import { toast } from "./toast.svelte";

/** True when it was done. What is as it was already says nothing. */
async function run(label: string, contact_id: ContactId, ask: () => Promise<LeadsReport>): Promise<boolean> {
  try {
    const report = await ask();
    offerUndo(label, report.undo);
    return true;
  } catch (error) {
    refused(error, contact_id);
    return false;
  }
}

/** Why a closed lead stays as it is, and the ways on. */
export function sayFinal(lead: Lead): void {
  void sayClosed(m.error_lead_final({ status: statusName(lead.state.status_id) }), lead.contact_id);
}

function refused(error: unknown, contact_id: ContactId): void {
  if (ApiError.from(error).code !== "LEAD_FINAL") return tell(error);
  void sayClosed(errorText(error), contact_id);
}

/** A closed lead stays as it is; the way on is the next one. Nothing is begun with somebody in the bin. The talk goes on, whatever became of the lead: its chat is named unless it is open anyway. */
export async function sayClosed(text: string, contact_id: ContactId): Promise<void> {
  const more = await call("get_contact_more", { contact_id }).catch(() => undefined);
  if (more?.bin) return sayInBin(contact_id);
  const who = await call("get_contact", { contact_id }).catch(() => undefined);
  const chat = who?.conversations[0]?.conversation_id;
  const isOpen =
    currentScreen() === "inbox" && who?.conversations.some((one) => one.conversation_id === chosenConversation());
  toast(text, {
    tone: "problem",
    action: { label: m.lead_start_new(), run: () => void openLead(contact_id) },
    second: chat && !isOpen ? { label: m.outbox_open(), run: () => (choose(chat), go("inbox")) } : undefined,
  });
}

export async function changeLead(lead: Lead, patch: LeadPatch, label: string): Promise<boolean> {
  try {
    const report = await call("change_leads", { lead_ids: [lead.id], patch });
    offerUndo(label, report.undo);
    return true;
  } catch (error) {
    if (!askFields(error, lead, patch, label)) refused(error, lead.contact_id);
    return false;
  }
}

/** Its stage wants something filled in first: that is asked in place. False: it was refused for something else. */
export function askFields(error: unknown, lead: Lead, patch: LeadPatch, label: string): boolean {
  const { code, params } = ApiError.from(error);
  if (code !== "FIELDS_NEEDED") return false;
  const [stage_id, field_ids] = [String(params["stage_id"]), idsIn(params["field_ids"])];
  // Asked at once: whose it is comes a moment later, or never where it can't be read.
  dialogs.fields = { lead, name: "", stage_id, field_ids, patch, label };
  const ask = dialogs.fields;
  void call("get_contact", { contact_id: lead.contact_id }).then(
    ({ display_name }) => {
      if (dialogs.fields === ask) ask.name = display_name;
    },
    () => undefined,
  );
  return true;
}

/** Answers why the value was not kept, for its field, or null. */
export async function fillLead(lead: Lead, field: CustomField, value: FieldValue | null): Promise<FieldProblem | null> {
  try {
    const patch = { fields: [{ field_id: field.id, value }] };
    const report = await call("change_leads", { lead_ids: [lead.id], patch });
    const { name } = field;
    offerUndo(value ? m.field_did_fill({ name }) : m.field_did_empty({ name }), report.undo);
    return null;
  } catch (error) {
    return { text: errorText(error) };
  }
}

export const isActive = (lead: Lead) => !lead.state.closed;

/** To an open status at once; to a final one too, unless a reason has to be given first. */
export async function toStatus(lead: Lead, status_id: string): Promise<void> {
  const status = statusOf(status_id);
  if (!status || status.id === lead.state.status_id) return;
  if (status.category === "lost" && (sale()?.settings.lost_needs_reason ?? true)) {
    dialogs.leadStatus = { lead, status_id };
    return;
  }
  // What closing takes along is named before it is done.
  if (status.category !== "open" && (await takesAlong(ofLeads([lead.id])))) {
    dialogs.leadStatus = { lead, status_id };
    return;
  }
  await changeLead(lead, { status: { status_id } }, m.lead_did_status({ status: statusName(status_id) }));
}

export async function toStage(lead: Lead, stage_id: string): Promise<void> {
  const stage = stageOf(stage_id);
  if (!stage || stage_id === lead.state.stage_id) return;
  await changeLead(lead, { stage: { stage_id } }, m.lead_did_move({ stage: saleName(stage) }));
}

/** `name`: whose it is, where that is not plain from what is on screen. */
export async function mark(lead: Lead, marker: Marker, name?: string): Promise<void> {
  if (lead.state.marker === marker) return;
  const said = `${markerSign(marker)} ${markerName(marker)}`;
  const label =
    marker === "none"
      ? name
        ? m.lead_did_unmark_of({ name })
        : m.lead_did_unmark()
      : name
        ? m.lead_did_mark_of({ name, marker: said })
        : m.lead_did_mark({ marker: said });
  await changeLead(lead, { marker }, label);
}

export async function setResponsible(lead: Lead, responsible_id: string | null): Promise<void> {
  if ((lead.state.responsible_id ?? null) === responsible_id) return;
  const label = responsible_id
    ? m.lead_did_responsible({ name: memberName(responsible_id) })
    : m.lead_did_no_responsible();
  await changeLead(lead, { responsible_id }, label);
}

export async function setScore(lead: Lead, score: number | null): Promise<void> {
  if ((lead.state.score?.value ?? null) === score) return;
  await changeLead(lead, { score }, score === null ? m.lead_did_unscore() : m.lead_did_score({ score }));
}

/** The next lead of a contact: in Intake, or where the last one stood. */
export function openLead(contact_id: ContactId, again = false): Promise<boolean> {
  return run(m.lead_did_open(), contact_id, () =>
    call("open_leads", { contact_ids: [contact_id], again, stage: null, status_id: null, source_id: null, note: "" }),
  );
}

const DAY_MS = 86_400_000;
/** For how many days it has stood in its stage, where the workspace wants the marker Stuck suggested by then. It is a
 *  suggestion: nobody marks it but a person. */
export function stuckFor(lead: Lead): number | null {
  const after = sale()?.settings.suggests_stuck_days;
  const { marker, stage_since_ms } = lead.state;
  if (after === undefined || !isActive(lead) || marker === "stuck" || marker === "done") return null;
  const days = Math.floor((hubNow() - stage_since_ms) / DAY_MS);
  return days >= after ? days : null;
}

/** "#12"; the hub counts, and until it has there is no number. */
export function leadNumber(lead: Lead): string {
  return lead.number ? `#${lead.number}` : "–";
}
