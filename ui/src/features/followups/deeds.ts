// What a person does to a row of the agenda or of the panel, by pointer, keys, menu and palette.
import AlarmClock from "@lucide/svelte/icons/alarm-clock";
import Check from "@lucide/svelte/icons/check";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import Pencil from "@lucide/svelte/icons/pencil";
import SendHorizontal from "@lucide/svelte/icons/send-horizontal";
import X from "@lucide/svelte/icons/x";
import type { FollowUpView } from "../../backend";
import { keysOf } from "../../app/actions.svelte";
import { editFollowUp, endFollowUps, sendFollowUp, snoozeFollowUp } from "../../app/follow-ups";
import type { MenuEntry } from "../../components/menu";
import { isOpen } from "../../lib/follow-up";
import { m } from "../../paraglide/messages.js";

/** null, or why it can't be ticked off. */
export function whyNotDone({ follow_up }: FollowUpView): string | null {
  if (!isOpen(follow_up.state)) return m.follow_is_ended();
  return follow_up.kind === "message" ? m.follow_message_not_done() : null;
}
export const whyNotChange = ({ follow_up }: FollowUpView): string | null =>
  isOpen(follow_up.state) ? null : m.follow_is_ended();
export const whyNotSend = (view: FollowUpView): string | null =>
  view.follow_up.kind === "message" ? whyNotChange(view) : m.follow_task_not_sent();

export const edit = (view: FollowUpView): void => editFollowUp(view.follow_up, view.name);
export const finish = (view: FollowUpView) => endFollowUps([view.follow_up.id], true);
export const cancel = (view: FollowUpView) => endFollowUps([view.follow_up.id], false);
export const snooze = (view: FollowUpView) => snoozeFollowUp(view.follow_up.id);
export const send = (view: FollowUpView) => sendFollowUp(view.follow_up.id);

export interface Doing {
  open?: (view: FollowUpView) => void;
  done: (view: FollowUpView) => void;
  cancel: (view: FollowUpView) => void;
}

export function menuOf(view: FollowUpView, { open, done, cancel }: Doing): MenuEntry[] {
  const out: MenuEntry[] = [];
  if (open)
    out.push({ label: m.follow_open(), icon: MessageCircle, keys: "enter", run: () => open(view) }, { kind: "line" });
  if (view.follow_up.kind === "message")
    out.push({
      label: m.outbox_send_now(),
      icon: SendHorizontal,
      reason: whyNotSend(view),
      run: () => void send(view),
    });
  else
    out.push({
      label: m.follow_done(),
      icon: Check,
      keys: keysOf("agenda.done")[0],
      reason: whyNotDone(view),
      run: () => done(view),
    });
  out.push(
    {
      label: m.follow_snooze(),
      icon: AlarmClock,
      keys: keysOf("agenda.snooze")[0],
      reason: whyNotChange(view),
      run: () => void snooze(view),
    },
    {
      label: m.follow_change_short(),
      icon: Pencil,
      keys: keysOf("agenda.edit")[0],
      reason: whyNotChange(view),
      run: () => edit(view),
    },
    { kind: "line" },
    {
      label: m.follow_cancel(),
      icon: X,
      keys: keysOf("agenda.cancel")[0],
      reason: whyNotChange(view),
      run: () => cancel(view),
    },
  );
  return out;
}
