// What can be done to leads, from the panel, the keyboard and the palette. Each act says what was done, with Undo.
import { ApiError, call, type ContactId, type Lead, type LeadPatch, type LeadsReport, type Marker } from "../backend";
import { markerName, markerSign } from "../lib/sale";
import { m } from "../paraglide/messages.js";
import { offerUndo, tell } from "./act";
import { dialogs } from "./dialogs.svelte";
import { errorText } from "./errors";
import { memberName, statusName, statusOf, sale } from "./sale.svelte";
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

/** A closed lead stays as it is; the way on is the next one. */
function refused(error: unknown, contact_id: ContactId): void {
  if (ApiError.from(error).code !== "LEAD_FINAL") return tell(error);
  toast(errorText(error), {
    tone: "problem",
    action: { label: m.lead_start_new(), run: () => void openLead(contact_id) },
  });
}

export function changeLead(lead: Lead, patch: LeadPatch, label: string): Promise<boolean> {
  return run(label, lead.contact_id, () => call("change_leads", { lead_ids: [lead.id], patch }));
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
  await changeLead(lead, { status: { status_id } }, m.lead_did_status({ status: statusName(status_id) }));
}

export async function mark(lead: Lead, marker: Marker): Promise<void> {
  if (lead.state.marker === marker) return;
  const label =
    marker === "none"
      ? m.lead_did_unmark()
      : m.lead_did_mark({ marker: `${markerSign(marker)} ${markerName(marker)}` });
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

/** "#12"; the hub counts, and until it has there is no number. */
export function leadNumber(lead: Lead): string {
  return lead.number ? `#${lead.number}` : "–";
}
