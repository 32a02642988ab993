// The keys of the agenda, and planning a follow-up from anywhere. On the agenda they belong to its list until one goes
// into the chat beside it.
import type { FollowUpView } from "../../backend";
import { register, type Action } from "../../app/actions.svelte";
import { agendaCounts } from "../../app/agenda.svelte";
import { dialogs } from "../../app/dialogs.svelte";
import { startFollowUp } from "../../app/follow-ups";
import { planMany } from "../../app/many";
import { nobodyWords, one, pickedNow, place } from "../../app/whom.svelte";
import { m } from "../../paraglide/messages.js";
import { edit, send, snooze, whyNotChange, whyNotDone, whyNotSend, type Doing } from "./deeds";

export interface AgendaHere {
  shown: () => boolean;
  /** The keys are in the list, not in the chat beside it. */
  hasKeys: () => boolean;
  row: () => FollowUpView | undefined;
  doing: Doing & { open: (view: FollowUpView) => void };
  move: (by: number) => void;
  focus: () => void;
  /** The day that is looked at, where one is. */
  day: () => number | undefined;
  isCalendar: () => boolean;
  setCalendar: (on: boolean) => void;
}

const OF_ROW = [
  "agenda.next",
  "agenda.previous",
  "agenda.open",
  "agenda.done",
  "agenda.snooze",
  "agenda.edit",
  "agenda.cancel",
] as const;
/** Those that the list obeys before anything else does. */
export const AGENDA_KEYS: readonly string[] = OF_ROW;

export function registerAgendaActions(here: AgendaHere): () => void {
  const shown = () => here.shown() || m.reason_go_agenda();
  const onRow =
    (why: (view: FollowUpView) => string | null = () => null) =>
    () => {
      if (!here.shown()) return m.reason_go_agenda();
      const row = here.hasKeys() ? here.row() : undefined;
      return row ? (why(row) ?? true) : m.reason_no_follow_up();
    };
  const run = (deed: (view: FollowUpView) => unknown) => () => {
    const row = here.row();
    if (row) void deed(row);
  };
  const of = (id: (typeof OF_ROW)[number], action: Omit<Action, "id" | "group">): Action => ({
    id,
    group: "agenda",
    words: m.agenda,
    first: true,
    ...action,
  });
  return register(
    of("agenda.next", {
      title: m.follow_key_next,
      keys: ["j"],
      quiet: true,
      run: () => here.move(1),
      available: onRow(),
    }),
    of("agenda.previous", {
      title: m.follow_key_previous,
      keys: ["k"],
      quiet: true,
      run: () => here.move(-1),
      available: onRow(),
    }),
    of("agenda.open", {
      title: m.follow_key_open,
      keys: ["enter", "o"],
      run: run((row) => here.doing.open(row)),
      available: onRow(),
    }),
    of("agenda.done", {
      title: m.follow_key_done,
      keys: ["d", "space"],
      run: run((row) => here.doing.done(row)),
      available: onRow(whyNotDone),
    }),
    of("agenda.snooze", {
      title: m.follow_key_snooze,
      keys: ["s", "z"],
      run: run(snooze),
      available: onRow(whyNotChange),
    }),
    of("agenda.edit", { title: m.follow_key_edit, keys: ["e"], run: run(edit), available: onRow(whyNotChange) }),
    of("agenda.cancel", {
      title: m.follow_key_cancel,
      keys: ["delete"],
      run: run((row) => here.doing.cancel(row)),
      available: onRow(whyNotChange),
    }),
    {
      id: "agenda.send",
      title: m.follow_key_send,
      words: m.agenda,
      group: "agenda",
      run: run(send),
      available: onRow(whyNotSend),
    },
    {
      id: "agenda.list",
      title: m.follow_key_list,
      words: m.agenda,
      group: "agenda",
      run: () => here.setCalendar(false),
      available: () => (shown() !== true ? shown() : here.isCalendar() || m.reason_already()),
    },
    {
      id: "agenda.calendar",
      title: m.follow_key_calendar,
      words: m.agenda,
      group: "agenda",
      run: () => here.setCalendar(true),
      available: () => (shown() !== true ? shown() : !here.isCalendar() || m.reason_already()),
    },
    { id: "agenda.focus", title: m.follow_key_focus, group: "agenda", run: here.focus, available: shown },
    {
      id: "agenda.new",
      title: m.follow_key_new_any,
      words: m.agenda,
      group: "agenda",
      keys: ["shift+f"],
      run: () => void (dialogs.followUp = { due_at_ms: here.day() }),
    },
  );
}

export function registerFollowUpActions(): () => void {
  const start = (kind?: "task" | "message") => () => {
    const who = one();
    if (!who) return;
    const { contact_id, name, conversation_id } = who;
    void startFollowUp(contact_id, name, { conversation_id, ...(kind ? { kind } : {}) });
  };
  const single = () => one() !== undefined || (pickedNow() > 0 ? m.reason_one_only() : nobodyWords());
  return register(
    {
      id: "follow-up.new",
      title: m.follow_new,
      words: m.agenda,
      group: "lead",
      keys: ["f"],
      // For each of the picked ones, where some are picked.
      run: () => {
        const many = pickedNow() > 0 ? place()?.many?.() : undefined;
        if (many) planMany(many);
        else start()();
      },
      available: () => (pickedNow() > 0 ? (place()?.cannot?.() ?? true) : single()),
    },
    {
      id: "follow-up.message",
      title: m.follow_key_message,
      words: m.agenda,
      group: "lead",
      run: start("message"),
      available: single,
    },
    {
      id: "agenda.asking",
      title: m.follow_key_asking,
      words: m.agenda,
      group: "go",
      run: () => void (dialogs.asking = true),
      available: () => (agendaCounts()?.asking ?? 0) > 0 || m.follow_asking_none(),
    },
  );
}
