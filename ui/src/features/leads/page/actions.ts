// The keys of the table of leads, and the same in the palette.
import type { CardView } from "../../../backend";
import { register } from "../../../app/actions.svelte";
import { isActive } from "../../../app/leads";
import { statusName } from "../../../app/sale.svelte";
import { m } from "../../../paraglide/messages.js";

export interface Deeds {
  card: () => CardView | undefined;
  picked: () => number;
  step: (by: number) => void;
  open: (card: CardView) => void;
  history: (card: CardView) => void;
  pick: (card: CardView) => void;
  pickPage: () => void;
  clearPicks: () => void;
  find: () => void;
  takeOut: () => void;
  focus: () => void;
}

/** `table`: while it is on screen. */
export function registerTableActions(table: () => Deeds | undefined): () => void {
  const shown = () => table() !== undefined || m.reason_go_leads();
  const some = () => {
    const here = table();
    return here ? here.card() !== undefined || m.reason_no_lead() : m.reason_go_leads();
  };
  const changeable = () => {
    const can = some();
    const card = table()?.card();
    if (can !== true || !card) return can;
    return isActive(card.lead) || m.error_lead_final({ status: statusName(card.lead.state.status_id) });
  };
  const picked = () => table()?.picked() ?? 0;
  const does = (run: (here: Deeds) => void) => () => {
    const here = table();
    if (here) run(here);
  };
  const one = (run: (card: CardView, here: Deeds) => void) =>
    does((here) => {
      const card = here.card();
      if (card) run(card, here);
    });
  const own = { group: "leads" as const, first: true, available: shown };
  return register(
    { ...own, id: "leads.find", title: m.leads_find, keys: ["/"], run: does((here) => here.find()) },
    { ...own, id: "leads.export", title: m.export_leads, words: m.lead, run: does((here) => here.takeOut()) },
    { ...own, id: "leads.focus", title: m.leads_focus, keys: ["g c"], run: does((here) => here.focus()) },
    { ...own, id: "leads.next", title: m.leads_next, keys: ["j"], quiet: true, run: does((here) => here.step(1)) },
    {
      ...own,
      id: "leads.previous",
      title: m.leads_previous,
      keys: ["k"],
      quiet: true,
      run: does((here) => here.step(-1)),
    },
    {
      ...own,
      id: "leads.open",
      title: m.leads_chat,
      words: m.lead,
      keys: ["o"],
      run: one((card, here) => here.open(card)),
      available: some,
    },
    {
      ...own,
      id: "leads.history",
      title: m.history,
      words: m.lead,
      keys: ["h"],
      run: one((card, here) => here.history(card)),
      available: some,
    },
    {
      ...own,
      id: "leads.pick",
      title: m.leads_pick_one,
      words: m.lead,
      keys: ["x"],
      run: one((card, here) => here.pick(card)),
      available: changeable,
    },
    {
      ...own,
      id: "leads.pick-page",
      title: m.leads_pick_page,
      words: m.lead,
      keys: ["mod+a"],
      run: does((here) => here.pickPage()),
    },
    {
      ...own,
      id: "leads.pick-none",
      title: m.bulk_clear,
      keys: ["esc"],
      // The chat beside it goes first.
      first: false,
      quiet: true,
      run: does((here) => here.clearPicks()),
      available: () => picked() > 0 || m.reason_already(),
    },
  );
}
