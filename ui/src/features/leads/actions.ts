// What can be done to the lead of the open chat, by key and from the palette.
import type { Marker } from "../../backend";
import { register, type Action } from "../../app/actions.svelte";
import { chosenView } from "../../app/chosen.svelte";
import { dialogs } from "../../app/dialogs.svelte";
import { isActive, mark, openLead, toStatus } from "../../app/leads";
import { currentScreen } from "../../app/route.svelte";
import { finalStatuses, statusName } from "../../app/sale.svelte";
import { MARKERS, markerName } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import { chatLead } from "./current.svelte";

const inChat = () => (currentScreen() === "inbox" && chosenView() !== undefined) || m.reason_no_chat();

/** true, or why the lead of this chat can't be changed. */
function changeable(): true | string {
  const chat = inChat();
  if (chat !== true) return chat;
  const lead = chatLead();
  if (!lead) return m.lead_none();
  return isActive(lead) || m.error_lead_final({ status: statusName(lead.state.status_id) });
}

function marking(marker: Marker, at: number): Action {
  return {
    id: `lead.marker.${marker}`,
    title: () => (marker === "none" ? m.lead_action_unmark() : m.lead_action_mark({ marker: markerName(marker) })),
    words: m.lead_marker,
    group: "conversation",
    keys: [String(at + 1)],
    run: () => {
      const lead = chatLead();
      if (lead) void mark(lead, marker);
    },
    available: changeable,
  };
}

export function registerLeadActions(): () => void {
  return register(
    {
      id: "lead.status",
      title: m.lead_change_status,
      words: m.lead,
      group: "conversation",
      keys: ["shift+l"],
      run: () => {
        const lead = chatLead();
        if (lead) dialogs.leadStatus = { lead };
      },
      available: changeable,
    },
    ...MARKERS.map(marking),
    {
      id: "lead.open",
      title: m.lead_start_new,
      words: m.lead_create,
      group: "conversation",
      run: () => {
        const view = chosenView();
        if (view) void openLead(view.contact_id);
      },
      available: () => {
        const chat = inChat();
        if (chat !== true) return chat;
        if (chosenView()?.locked === "IN_BIN") return m.error_in_bin();
        const lead = chatLead();
        return !lead || !isActive(lead) || m.error_lead_active();
      },
    },
    ...(["won", "lost", "archived"] as const).map((category) => ({
      id: `lead.close.${category}`,
      title: { won: m.lead_action_won, lost: m.lead_action_lost, archived: m.lead_action_archive }[category],
      words: m.lead,
      group: "conversation" as const,
      run: () => {
        const lead = chatLead();
        const first = finalStatuses().find((status) => status.category === category);
        if (lead && first) void toStatus(lead, first.id);
      },
      available: changeable,
    })),
  );
}
