import type { AskedView } from "../../app/asked.svelte";
import type { InboxFilter, InboxScope, InboxView } from "../../backend";

export const NO_FILTER: InboxFilter = {
  line_ids: [],
  line_types: [],
  since_ms: null,
  until_ms: null,
  waiting_on: null,
  window: null,
  tag_ids: [],
  has_draft: false,
  has_failed: false,
};
export const FIRST_VIEW: InboxView = { scope: "open", tab: "all", order: "newest", filter: NO_FILTER };
export const SCOPES: readonly InboxScope[] = ["open", "snoozed", "closed", "blocked", "everything"];

/** What a banner speaks of, whole: every line, no other filter. A chat that is closed may hold a failed message. */
export function askedView(asked: AskedView): InboxView {
  switch (asked) {
    case "unread":
      return { ...FIRST_VIEW, tab: "unread" };
    case "closing":
      return { ...FIRST_VIEW, order: "window_closing", filter: { ...NO_FILTER, waiting_on: "us" } };
    case "failed":
      return { ...FIRST_VIEW, scope: "everything", filter: { ...NO_FILTER, has_failed: true } };
  }
}

/** What was remembered, made whole: an older memory may lack fields. */
export function wholeView(remembered: Partial<InboxView>): InboxView {
  return { ...FIRST_VIEW, ...remembered, filter: { ...NO_FILTER, ...remembered.filter } };
}

/** How many filters are set; the line switcher is not one of them. */
export function filterCount(filter: InboxFilter): number {
  return [
    filter.line_types.length,
    filter.since_ms ?? filter.until_ms,
    filter.waiting_on,
    filter.window,
    filter.tag_ids.length,
    filter.has_draft,
    filter.has_failed,
  ].filter(Boolean).length;
}
