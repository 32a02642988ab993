// The menu of the picked cards: each entry is about all of them, by the deeds of their bar and of the keys. What can
// only be done to one is left out.
import Archive from "@lucide/svelte/icons/archive";
import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import CircleDot from "@lucide/svelte/icons/circle-dot";
import CircleX from "@lucide/svelte/icons/circle-x";
import Flag from "@lucide/svelte/icons/flag";
import Gauge from "@lucide/svelte/icons/gauge";
import Keyboard from "@lucide/svelte/icons/keyboard";
import StickyNote from "@lucide/svelte/icons/sticky-note";
import TagIcon from "@lucide/svelte/icons/tag";
import Trophy from "@lucide/svelte/icons/trophy";
import UserPlus from "@lucide/svelte/icons/user-plus";
import type { MemberId } from "../../backend";
import { keysOf } from "../../app/actions.svelte";
import { dialogs, type Asked } from "../../app/dialogs.svelte";
import { flatStages, markerEntries, peopleEntries } from "../../app/lead-entries";
import { markMany, planMany } from "../../app/many";
import { memberName, openStatuses, stageOf, statusName } from "../../app/sale.svelte";
import type { Many } from "../../app/whom.svelte";
import type { MenuEntry } from "../../components/menu";
import { leadsText, saleName } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import type { Closing } from "./model.svelte";

export interface ManyDeeds {
  /** Into the hand, all of them. */
  lift: () => void;
  close: (category: Closing) => void;
  /** How many open leads somebody has. */
  load: (id: MemberId) => string | undefined;
}

export function manyEntries(many: Many, deeds: ManyDeeds): MenuEntry[] {
  const ask = (what: Asked["what"]) => () => void (dialogs.ask = { what, many });
  const assign = (id: MemberId | null) =>
    void many.change(
      { responsible_id: id },
      id ? m.lead_did_responsible({ name: memberName(id) }) : m.lead_did_no_responsible(),
    );
  const move = (stage_id: string) => {
    const stage = stageOf(stage_id);
    void many.change({ stage: { stage_id } }, m.lead_did_move({ stage: stage ? saleName(stage) : "" }));
  };
  return [
    { kind: "caption", label: leadsText(many.count) },
    { label: m.board_move_by_keys(), icon: Keyboard, keys: keysOf("board.move")[0], run: deeds.lift },
    { kind: "branch", label: m.board_move_to(), icon: ArrowRightLeft, entries: flatStages(undefined, move) },
    {
      kind: "branch",
      label: m.board_marker(),
      icon: Flag,
      entries: markerEntries(
        undefined,
        (marker) => markMany(many, marker),
        (marker) => keysOf(`lead.marker.${marker}`)[0],
      ),
    },
    {
      kind: "branch",
      label: m.board_status(),
      icon: CircleDot,
      entries: openStatuses().map((status) => ({
        label: saleName(status),
        dot: status.color,
        run: () =>
          void many.change({ status: { status_id: status.id } }, m.lead_did_status({ status: statusName(status.id) })),
      })),
    },
    { kind: "branch", label: m.leads_assign(), icon: UserPlus, entries: peopleEntries(undefined, assign, deeds.load) },
    { label: m.lead_score(), icon: Gauge, keys: keysOf("lead.score")[0], run: ask("score") },
    { label: m.bulk_tags(), icon: TagIcon, keys: keysOf("lead.tags")[0], run: ask("tags") },
    { label: m.lead_action_note(), icon: StickyNote, keys: keysOf("lead.note")[0], run: ask("note") },
    {
      label: m.follow_new(),
      icon: CalendarClock,
      keys: keysOf("follow-up.new")[0],
      run: () => planMany(many),
    },
    { kind: "line" },
    { label: m.board_outcome_won(), icon: Trophy, run: () => deeds.close("won") },
    { label: m.board_outcome_lost(), icon: CircleX, run: () => deeds.close("lost") },
    { label: m.board_outcome_archived(), icon: Archive, run: () => deeds.close("archived") },
  ];
}
