// What can be done to a lead, by key and from the palette, the same on every screen: to the one of the open chat, of the
// card or the row that has the keys, or to all that are picked (KEY-02).
import { call, type Lead, type Marker } from "../../backend";
import { attempt } from "../../app/act";
import { register, type Action } from "../../app/actions.svelte";
import { chosenView } from "../../app/chosen.svelte";
import { dialogs, type Asked } from "../../app/dialogs.svelte";
import { isActive, mark, openLead, sayFinal, toStatus } from "../../app/leads";
import { closeMany, markMany } from "../../app/many";
import { finalStatuses, statusName } from "../../app/sale.svelte";
import { toast } from "../../app/toast.svelte";
import { nobodyWords, one, pickedNow, place, type Many, type One } from "../../app/whom.svelte";
import { MARKERS, markerName } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import { knownLead } from "./current.svelte";

const some = (): true | string => pickedNow() > 0 || one() !== undefined || nobodyWords();

/** true, or why the lead can't be changed. One that is not read yet may be: it is asked when it is done. */
function changeable(): true | string {
  if (pickedNow() > 0) return place()?.cannot?.() ?? true;
  const who = one();
  if (!who) return nobodyWords();
  const lead = knownLead(who);
  if (lead === undefined) return true;
  if (lead === null) return m.lead_none();
  return isActive(lead) || m.error_lead_final({ status: statusName(lead.state.status_id) });
}
/** Of the lead that is sold with; what can't be changed says why. */
async function withLead(who: One, run: (lead: Lead) => void): Promise<void> {
  const known = knownLead(who);
  if (known) return run(known);
  const { contact_id } = who;
  const all = await attempt(() => call("list_leads_of_contact", { contact_id }));
  if (!all) return;
  const lead = all.find(isActive) ?? all[0];
  if (!lead) toast(m.lead_none(), { tone: "problem" });
  else if (!isActive(lead)) sayFinal(lead);
  else run(lead);
}
function either(ofMany: (many: Many) => void, ofOne: (lead: Lead, who: One) => void): () => void {
  return () => {
    const many = pickedNow() > 0 ? place()?.many?.() : undefined;
    if (many) return ofMany(many);
    const who = one();
    if (who) void withLead(who, (lead) => ofOne(lead, who));
  };
}
const ask = (what: Asked["what"]) =>
  either(
    (many) => void (dialogs.ask = { what, many }),
    (lead, { contact_id, name }) => void (dialogs.ask = { what, one: { contact_id, name, lead } }),
  );
/** What is the person's, and stays theirs when the lead is closed. */
const askOfPerson = (what: "note" | "tags") => () => {
  const many = pickedNow() > 0 ? place()?.many?.() : undefined;
  const who = one();
  if (many) dialogs.ask = { what, many };
  else if (who) dialogs.ask = { what, one: { contact_id: who.contact_id, name: who.name } };
};
const own = { words: m.lead, group: "lead" as const, available: changeable, tells: true };

function marking(marker: Marker, at: number): Action {
  return {
    ...own,
    id: `lead.marker.${marker}`,
    title: () => (marker === "none" ? m.lead_action_unmark() : m.lead_action_mark({ marker: markerName(marker) })),
    words: m.lead_marker,
    keys: [String(at + 1)],
    run: either(
      (many) => markMany(many, marker),
      (lead, { does, name }) => (does?.mark ? does.mark(marker) : void mark(lead, marker, name)),
    ),
  };
}

export function registerLeadActions(): () => void {
  return register(
    {
      ...own,
      id: "lead.assign",
      title: m.lead_action_assign,
      words: m.lead_responsible,
      keys: ["a"],
      run: ask("assign"),
    },
    { ...own, id: "lead.move", title: m.lead_action_move, words: m.lead_stage, keys: ["m"], run: ask("move") },
    {
      ...own,
      id: "lead.note",
      title: m.lead_action_note,
      words: m.lead_note,
      keys: ["n"],
      run: askOfPerson("note"),
      available: () => (pickedNow() > 0 ? changeable() : some()),
    },
    {
      ...own,
      id: "lead.tags",
      title: m.contact_edit_tags,
      words: m.tags,
      keys: ["l"],
      run: askOfPerson("tags"),
      available: some,
    },
    {
      ...own,
      id: "lead.status",
      title: m.lead_change_status,
      keys: ["shift+l"],
      run: either(
        (many) => void (dialogs.ask = { what: "status", many }),
        (lead) => void (dialogs.leadStatus = { lead }),
      ),
    },
    { ...own, id: "lead.score", title: m.lead_action_score, words: m.lead_score, keys: ["shift+s"], run: ask("score") },
    ...MARKERS.map(marking),
    {
      ...own,
      id: "lead.open",
      title: m.lead_start_new,
      words: m.lead_create,
      run: () => {
        const who = one();
        if (who) void openLead(who.contact_id);
      },
      available: () => {
        const who = one();
        if (!who) return pickedNow() > 0 ? m.reason_one_only() : nobodyWords();
        const view = chosenView();
        if (view?.contact_id === who.contact_id && view.locked === "IN_BIN") return m.error_in_bin();
        const lead = knownLead(who);
        return !lead || !isActive(lead) || m.error_lead_active();
      },
    },
    ...(["won", "lost", "archived"] as const).map((category): Action => ({
      ...own,
      id: `lead.close.${category}`,
      title: { won: m.lead_action_won, lost: m.lead_action_lost, archived: m.lead_action_archive }[category],
      run: either(
        (many) => {
          const status = closing(category);
          if (status) void closeMany(many, status);
        },
        (lead, { does }) => {
          const status = closing(category);
          if (does?.close) does.close(category);
          else if (status) void toStatus(lead, status.id);
        },
      ),
    })),
  );
}
/** The product's own status of its kind, else the first. */
function closing(category: "won" | "lost" | "archived") {
  const all = finalStatuses().filter((status) => status.category === category);
  return all.find((status) => status.code) ?? all[0];
}
