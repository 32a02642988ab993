// What can be done to conversations, one or many, from the list, the thread, the keyboard and the palette.
import { call, type BulkAction, type BulkTarget, type ConversationId } from "../backend";
import { m } from "../paraglide/messages.js";
import { dayAndClock } from "../lib/time";
import { number } from "../lib/numbers";
import { act, attempt, offerUndo } from "./act";
import { dialogs } from "./dialogs.svelte";
import { settings } from "./session.svelte";
import { toast } from "./toast.svelte";

/** Closes, asking for a reason only where the setting wants one. */
export function startClose(ids: ConversationId[]): void {
  if (ids.length === 0) return;
  if (settings().close_reason_required) dialogs.close = ids;
  else void close(ids, null);
}
export function startSnooze(ids: ConversationId[]): void {
  if (ids.length > 0) dialogs.snooze = ids;
}

export async function close(ids: ConversationId[], reason: string | null): Promise<boolean> {
  const [only] = ids;
  if (ids.length === 1 && only)
    return act(m.did_close(), () => call("close_conversation", { conversation_id: only, reason }));
  return bulk({ on: "ids", ids }, { do: "close", reason });
}
export function reopen(id: ConversationId): Promise<boolean> {
  return act(m.did_reopen(), () => call("reopen_conversation", { conversation_id: id }));
}
export async function snooze(ids: ConversationId[], until_ms: number | null, until_reply: boolean): Promise<boolean> {
  const [only] = ids;
  const label = until_ms === null ? m.did_snooze_reply() : m.did_snooze({ when: dayAndClock(until_ms) });
  if (ids.length === 1 && only)
    return act(label, () => call("snooze_conversation", { conversation_id: only, until_ms, until_reply }));
  return bulk({ on: "ids", ids }, { do: "snooze", until_ms, until_reply });
}
export function markRead(id: ConversationId): Promise<boolean> {
  return act(m.did_read(), () => call("mark_read", { conversation_id: id, up_to: null }));
}
export function markUnread(id: ConversationId): Promise<boolean> {
  return act(m.did_unread(), () => call("mark_unread", { conversation_id: id }));
}
export function noReplyNeeded(id: ConversationId): Promise<boolean> {
  return act(m.did_no_reply(), () => call("mark_no_reply_needed", { conversation_id: id }));
}

function bulkDone(action: BulkAction, count: number): string {
  const words = {
    mark_read: m.did_bulk_read,
    mark_unread: m.did_bulk_unread,
    close: m.did_bulk_close,
    reopen: m.did_bulk_reopen,
    snooze: m.did_bulk_snooze,
  };
  return words[action.do]({ count, shown: number(count) });
}

/** One undoable batch; says exactly how many were done and skipped. */
export async function bulk(target: BulkTarget, action: BulkAction): Promise<boolean> {
  const report = await attempt(() => call("bulk_conversations", { target, action }));
  if (!report) return false;
  const done = bulkDone(action, report.done);
  const label =
    report.skipped > 0 ? `${done} · ${m.left_same({ count: report.skipped, shown: number(report.skipped) })}` : done;
  if (report.undo) offerUndo(label, report.undo);
  else toast(label);
  return true;
}
