// The history of a lead in sentences: who did what to it, and what followed from that, with the names that things had
// then. Pure: who is who and what the catalogues say now is handed in.
import type { FieldId, FollowUpMark, HistoryEvent, HistoryId, Lead, LeadState, MemberId } from "../backend";
import { fullDate } from "./date";
import { isSame, valueOf, valueText } from "./fields";
import { markerName, markerSign, saleName } from "./sale";
import { number } from "./numbers";
import { dayAndClock } from "./time";
import { m } from "../paraglide/messages.js";

/** What a filter can ask for. */
export type Kind = "status" | "stage" | "marker" | "score" | "responsible" | "field" | "follow_up" | "note";
export const KINDS: readonly Kind[] = [
  "status",
  "stage",
  "marker",
  "score",
  "responsible",
  "field",
  "follow_up",
  "note",
];
/** What its sign says. */
export type Sign = "opened" | "won" | "lost" | "archived" | "undone" | Kind;

export interface Entry {
  id: HistoryId;
  lead_id: string;
  at_ms: number;
  kinds: readonly Kind[];
  sign: Sign;
  /** The sentence. */
  text: string;
  /** What changed with it, shortly. */
  more: string[];
  note: string;
  /** A later step took it back: who did, where somebody did, and when. */
  takenBack: { who: string; at_ms: number } | null;
}

export interface Known {
  /** Of what the event does not name: what it is called now, or "". */
  name: (id: string) => string;
  member: (id: MemberId) => string;
  /** Of amounts of money. */
  currency: string | null;
  /** The lead came with a file. */
  isImported?: (lead_id: string) => boolean;
}

/** The same, where some leads came with a file. */
export const withImports = (known: Known, imported: ReadonlySet<string>): Known => ({
  name: known.name,
  member: known.member,
  currency: known.currency,
  isImported: (lead_id) => imported.has(lead_id),
});

/** By whom, and when. */
export type TakenBack = Pick<HistoryEvent, "by" | "at_ms">;

/** The steps that others took back and nobody restored. Events are the newest first. */
export function takenBack(events: readonly HistoryEvent[]): Map<HistoryId, TakenBack> {
  const gone = new Map<HistoryId, TakenBack>();
  for (const event of events) if (event.undoes && !gone.has(event.id)) gone.set(event.undoes, event);
  return gone;
}

export function entryOf(event: HistoryEvent, known: Known, gone: ReadonlyMap<HistoryId, TakenBack>): Entry {
  const back = gone.get(event.id);
  const kinds = kindsOf(event);
  const { sign, text, told } = sentence(event, kinds, known);
  return {
    id: event.id,
    lead_id: event.lead_id,
    at_ms: event.at_ms,
    kinds,
    sign,
    text,
    more: [
      ...kinds.filter((kind) => kind !== told).map((kind) => short(kind, event, known)),
      ...reason(event, known),
      ...planned(event),
    ].filter((words) => words !== ""),
    note: event.note,
    takenBack: back ? { who: whoOf(back.by, known), at_ms: back.at_ms } : null,
  };
}

const whoOf = (by: HistoryEvent["by"], known: Known): string =>
  by.by === "member" ? known.member(by.id) || m.member_nameless() : "";

/** "Taken back by Ana, 12 May, 14:03" */
export function takenBackWords(
  { takenBack: back }: Pick<Entry, "takenBack">,
  moment: (at_ms: number) => string,
): string {
  if (!back) return "";
  return back.who
    ? m.history_taken_back_by({ who: back.who, when: moment(back.at_ms) })
    : m.history_taken_back_at({ when: moment(back.at_ms) });
}

/** What of them stands in the thread between the messages (THR-01), the oldest first: where the lead began, went and
 *  ended, and who had it. What was taken back is told by the history alone. Events are the newest first. */
export function threadSteps(events: readonly HistoryEvent[], known: Known): Entry[] {
  const gone = takenBack(events);
  const isTold = (event: HistoryEvent) =>
    !event.follow_up && event.kind !== "undone" && !event.undoes && !gone.has(event.id);
  return events
    .filter(isTold)
    .map((event) => entryOf(event, known, gone))
    .filter(({ kinds }) => kinds.some((kind) => kind === "status" || kind === "stage" || kind === "responsible"))
    .reverse();
}

function kindsOf({ before, after, note, follow_up }: HistoryEvent): Kind[] {
  if (follow_up) return ["follow_up"];
  const noted: Kind[] = note === "" ? [] : ["note"];
  // Opened: its status and stage are new.
  if (!before) return ["status", ...noted];
  const kinds: Kind[] = [];
  if (before.status_id !== after.status_id) kinds.push("status");
  if (before.stage_id !== after.stage_id) kinds.push("stage");
  if (before.responsible_id !== after.responsible_id) kinds.push("responsible");
  if (before.marker !== after.marker) kinds.push("marker");
  if (before.score?.value !== after.score?.value || before.score?.by !== after.score?.by) kinds.push("score");
  if (changedFields(before, after).length > 0) kinds.push("field");
  return [...kinds, ...noted];
}

function nameIn(event: HistoryEvent, id: string, known: Known): string {
  const then = event.names.find((named) => named.id === id);
  return (then && saleName(then)) || known.name(id) || "…";
}

function responsible(event: HistoryEvent, id: MemberId, known: Known): string {
  return event.names.find((named) => named.id === id)?.name || known.member(id) || "…";
}

const marker = (state: LeadState) => `${markerSign(state.marker)} ${markerName(state.marker)}`;

function sentence(
  event: HistoryEvent,
  kinds: readonly Kind[],
  known: Known,
): { sign: Sign; text: string; told?: Kind } {
  const { before, after, by, kind } = event;
  const who = whoOf(by, known);
  const to = nameIn(event, after.status_id, known);
  if (event.follow_up) return { sign: "follow_up", told: "follow_up", text: plannedText(event, event.follow_up, who) };
  if (!before)
    return {
      sign: "opened",
      text: known.isImported?.(event.lead_id)
        ? m.activity_lead_imported()
        : by.by === "member"
          ? m.history_opened({ who })
          : m.history_opened_by_message(),
    };
  if (kind === "joined") return { sign: "opened", text: m.history_joined({ who }) };
  if (kind === "undone") return { sign: "undone", text: m.history_undone({ who }) };
  if (after.closed && !before.closed) {
    const sign = after.closed.category as "won" | "lost" | "archived";
    return { sign, told: "status", text: m.history_closed({ who, status: to }) };
  }
  // Out of Intake with the first answer, where its lead status says the same as before.
  if (by.by === "automation" && !kinds.includes("status"))
    return {
      sign: "stage",
      told: "stage",
      text: m.history_moved_by_answer({
        from: nameIn(event, before.stage_id, known),
        to: nameIn(event, after.stage_id, known),
      }),
    };
  if (by.by === "automation") return { sign: "status", told: "status", text: m.history_contacted({ status: to }) };
  if (by.by === "customer")
    return { sign: "marker", told: "marker", text: m.history_unmarked_by_message({ marker: marker(before) }) };
  // A person's act names what they did; what followed from it stands behind it.
  if (kinds.includes("stage"))
    return {
      sign: "stage",
      told: "stage",
      text: m.history_moved({
        who,
        from: nameIn(event, before.stage_id, known),
        to: nameIn(event, after.stage_id, known),
      }),
    };
  if (kinds.includes("status"))
    return {
      sign: "status",
      told: "status",
      text: m.history_status({ who, from: nameIn(event, before.status_id, known), to }),
    };
  if (kinds.includes("responsible"))
    return { sign: "responsible", told: "responsible", text: given(event, who, known) };
  if (kinds.includes("marker"))
    return {
      sign: "marker",
      told: "marker",
      text:
        after.marker === "none"
          ? m.history_unmarked({ who, marker: marker(before) })
          : m.history_marked({ who, marker: marker(after) }),
    };
  if (kinds.includes("score"))
    return {
      sign: "score",
      told: "score",
      text: after.score ? m.history_scored({ who, score: after.score.value }) : m.history_unscored({ who }),
    };
  const [first] = changedFields(before, after);
  if (first !== undefined) {
    const { field, value } = filledIn(event, first, known);
    return {
      sign: "field",
      told: "field",
      text: value ? m.history_filled({ who, field, value }) : m.history_emptied({ who, field }),
    };
  }
  return { sign: "note", told: "note", text: m.history_noted({ who }) };
}

/** The fields whose value is another one. */
function changedFields(before: LeadState, after: LeadState): FieldId[] {
  const ids = [...(before.fields ?? []), ...(after.fields ?? [])].map((one) => one.field_id);
  return [...new Set(ids)].filter((id) => !isSame(valueOf(before.fields, id), valueOf(after.fields, id)));
}
/** A field and what it says since, with the names that both had then. */
function filledIn(event: HistoryEvent, id: FieldId, known: Known): { field: string; value: string } {
  const value = valueOf(event.after.fields, id);
  const option = (of: string) => nameIn(event, of, known);
  return {
    field: nameIn(event, id, known),
    value: value ? valueText(value, option, known.currency, m.field_yes()) : "",
  };
}

function given(event: HistoryEvent, who: string, known: Known): string {
  const id = event.after.responsible_id;
  if (!id) return m.history_nobody({ who });
  const own = event.by.by === "member" && event.by.id === id;
  return own ? m.history_took({ who }) : m.history_gave({ who, name: responsible(event, id, known) });
}

function short(kind: Kind, event: HistoryEvent, known: Known): string {
  const { before, after } = event;
  if (!before) return "";
  const change = (from: string, to: string) => `${from} → ${to}`;
  switch (kind) {
    case "status":
      return `${m.lead_status()}: ${change(nameIn(event, before.status_id, known), nameIn(event, after.status_id, known))}`;
    case "stage":
      return `${m.lead_stage()}: ${change(nameIn(event, before.stage_id, known), nameIn(event, after.stage_id, known))}`;
    case "marker":
      return `${m.lead_marker()}: ${marker(after)}`;
    case "score":
      return `${m.lead_score()}: ${after.score ? after.score.value : m.lead_score_none()}`;
    case "responsible":
      return `${m.lead_responsible()}: ${after.responsible_id ? responsible(event, after.responsible_id, known) : m.lead_nobody()}`;
    case "field":
      return changedFields(before, after)
        .map((id) => filledIn(event, id, known))
        .map(({ field, value }) => `${field}: ${value || m.field_empty()}`)
        .join(" · ");
    case "follow_up":
    case "note":
      return "";
  }
}

function plannedText({ kind, by }: HistoryEvent, mark: FollowUpMark, who: string): string {
  const isTask = mark.kind === "task";
  const when = dayAndClock(mark.due_at_ms);
  switch (kind) {
    case "follow_up_made":
      return isTask ? m.history_task_made({ who, when }) : m.history_message_made({ who, when });
    case "follow_up_changed":
      return isTask ? m.history_task_changed({ who, when }) : m.history_message_changed({ who, when });
    case "follow_up_moved":
      return isTask ? m.history_task_moved({ who, when }) : m.history_message_moved({ who, when });
    case "follow_up_done":
      return m.history_task_done({ who });
    case "follow_up_canceled":
      if (by.by === "member") return isTask ? m.history_task_canceled({ who }) : m.history_message_canceled({ who });
      return isTask ? m.history_task_canceled_by_reply() : m.history_message_canceled_by_reply();
    case "follow_up_sent":
      return by.by === "member" ? m.history_message_sent_by({ who }) : m.history_message_sent();
    default:
      return m.history_undone({ who });
  }
}
/** What it was about; of a closing, what went with it. */
function planned({ follow_up, canceled }: HistoryEvent): string[] {
  const about = follow_up?.note ? [follow_up.note] : [];
  const count = canceled?.length ?? 0;
  return count > 0 ? [...about, m.history_follow_ups_canceled({ count, shown: number(count) })] : about;
}

function reason(event: HistoryEvent, known: Known): string[] {
  const id = event.after.closed?.reason_id;
  if (!id || event.before?.closed) return [];
  return [m.history_reason({ reason: nameIn(event, id, known) })];
}

/** "Lead #12 · cycle 2", of a lead that may be gone. */
export function leadTitle(lead: Pick<Lead, "number" | "cycle"> | undefined): string {
  if (!lead) return m.lead();
  return `${m.lead()} ${m.lead_number_cycle({ number: lead.number ? `#${lead.number}` : "–", cycle: lead.cycle })}`;
}

/** What each lead of a person is called: also one that is no more, because its opening was taken back or it became part
 *  of another. Nothing is said of what became of a lead before the leads are known. */
export function leadTitles(leads: readonly Lead[], events: readonly HistoryEvent[]): (lead_id: string) => string {
  const known = new Map<string, Lead>(events.flatMap(({ removed }) => (removed ? [[removed.id, removed]] : [])));
  for (const lead of leads) known.set(lead.id, lead);
  const opened = new Map<string, number>(
    events.flatMap((one) => (one.kind === "opened" ? [[one.lead_id, one.at_ms]] : [])),
  );
  return (lead_id) => {
    const lead = known.get(lead_id);
    if (lead || leads.length === 0) return leadTitle(lead);
    const at_ms = opened.get(lead_id);
    return at_ms === undefined ? m.history_lead_joined() : m.history_lead_joined_of({ date: fullDate(at_ms) });
  };
}

/** The whole history as lines of text, the newest first. */
export function historyText(
  entries: readonly Entry[],
  title: (lead_id: string) => string,
  moment: (at_ms: number) => string,
): string {
  const lines: string[] = [];
  let of: string | undefined;
  for (const entry of entries) {
    if (entry.lead_id !== of) {
      if (of !== undefined) lines.push("");
      of = entry.lead_id;
      lines.push(title(of));
    }
    const back = takenBackWords(entry, moment);
    const said = [entry.text, ...entry.more, ...(back ? [back] : [])];
    lines.push(`${moment(entry.at_ms)} · ${said.join(" · ")}`);
    if (entry.note !== "") lines.push(...entry.note.split("\n").map((line) => `    ${line}`));
  }
  return lines.join("\n");
}
