import type { InboxOrder, InboxScope } from "../../backend";
import { m } from "../../paraglide/messages.js";

export function scopeName(scope: InboxScope): string {
  return {
    open: m.scope_open,
    snoozed: m.scope_snoozed,
    closed: m.scope_closed,
    blocked: m.scope_blocked,
    everything: m.scope_everything,
  }[scope]();
}
export function orderName(order: InboxOrder): string {
  return {
    newest: m.order_newest,
    waiting_longest: m.order_waiting,
    window_closing: m.order_window,
    oldest_unread: m.order_oldest_unread,
    marker: m.order_marker,
  }[order]();
}
/** Which chats an order leaves out, as it has no place for them; nothing where it leaves out none. */
export function orderOnly(order: InboxOrder): string | null {
  return {
    newest: () => null,
    waiting_longest: m.order_only_waiting,
    window_closing: m.order_only_window,
    oldest_unread: m.order_only_oldest_unread,
    marker: () => null,
  }[order]();
}
/** The title over an empty list. */
export function emptyTitle(scope: InboxScope, unread: boolean, filtered: boolean): string {
  if (filtered) return m.empty_filtered();
  if (unread) return m.empty_unread();
  return {
    open: m.empty_open,
    snoozed: m.empty_snoozed,
    closed: m.empty_closed,
    blocked: m.empty_blocked,
    everything: m.empty_open,
  }[scope]();
}
