// The actions of the features that are reachable from every screen, registered together once the app is ready.
import type { LineId } from "../backend";
import { registerAlertActions } from "../features/alerts/actions";
import { registerContactActions } from "../features/contact/actions";
import { registerDiagnosticsActions } from "../features/diagnostics/actions";
import { registerExchangeActions } from "../features/exchange/actions";
import { registerFollowUpActions } from "../features/followups/actions";
import { registerLeadActions } from "../features/leads/actions";
import { registerLineActions } from "../features/lines/actions";
import { showLine } from "../features/lines/shown.svelte";
import { registerNoteActions } from "../features/notes/actions";
import { registerNoticeActions } from "../features/notices/actions";
import { registerOutboxActions } from "../features/outbox/actions";
import { registerQuickReplyActions } from "../features/quickreplies/actions";
import { registerSaleActions } from "../features/sale/actions";
import { registerSearchActions } from "../features/search/actions";
import { registerSettingsActions } from "../features/settings/actions";
import { dialogs } from "./dialogs.svelte";
import { goSettings } from "./route.svelte";

export function registerFeatureActions(open: { outbox: () => void; review: () => void }): () => void {
  const stops = [
    registerSearchActions(),
    registerContactActions(),
    registerLeadActions(),
    registerFollowUpActions(),
    registerNoteActions(),
    registerOutboxActions(open),
    registerLineActions(),
    registerQuickReplyActions(),
    registerSaleActions(),
    registerExchangeActions(),
    registerSettingsActions(),
    registerDiagnosticsActions(),
    registerAlertActions(),
    registerNoticeActions(),
  ];
  return () => stops.forEach((stop) => stop());
}

/** The lines page, at one line or at all of them. */
export function openLine(id: LineId | null): void {
  showLine(id);
  goSettings("lines");
  // What asked for it (a dialog) has done its part.
  dialogs.connect = false;
}
