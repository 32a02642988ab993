// Goes where a banner, a toast or a link points: a chat at a message, the unread, those whose window
// closes, the failed, what was not applied, the lines, the
// notifications. It shows places and changes nothing.
import type { Opens } from "../backend";
import { runAction } from "./actions.svelte";
import { closeAlertLog } from "./alerts.svelte";
import { askView } from "./asked.svelte";
import { choose, chooseToWrite } from "./chosen.svelte";
import { dialogs } from "./dialogs.svelte";
import { openLine } from "./feature-actions.svelte";
import { closeNotices } from "./notices.svelte";
import { go, goSettings } from "./route.svelte";
import { searching } from "./searching.svelte";

const ONE_COLUMN = "(max-width: 759px)";

export function openPlace(opens: Opens): void {
  // A dialog of another chat must not stand above it.
  Object.assign(dialogs, {
    connect: false,
    snooze: null,
    close: null,
    link: null,
    followUp: null,
    nudge: null,
    asking: false,
  });
  switch (opens.open) {
    case "chat":
      chooseToWrite(opens.conversation_id, opens.message_id ?? undefined);
      return go("inbox");
    case "unread":
    case "closing":
    case "failed":
      searching.open = false;
      closeNotices();
      if (matchMedia(ONE_COLUMN).matches) choose(null);
      askView(opens.open);
      return go("inbox");
    case "follow_ups":
      closeNotices();
      runAction("go.agenda");
      return;
    case "follow_ups_asking":
      closeNotices();
      // The dialog is the agenda's; it stands above whatever is open.
      Object.assign(dialogs, { asking: true });
      return;
    case "review":
      runAction("go.review");
      return;
    case "lines":
      return openLine(null);
    case "alerts":
      closeAlertLog();
      return goSettings("alerts");
  }
}
