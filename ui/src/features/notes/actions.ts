// Noting something about the person behind the open chat, and writing down a call, from anywhere.
import type { ConversationView } from "../../backend";
import { register, type Action } from "../../app/actions.svelte";
import { besideBoard, chatOnScreen } from "../../app/beside.svelte";
import { chosenView } from "../../app/chosen.svelte";
import { logCall } from "../../app/notes";
import { askPanel } from "../../app/panel-asked.svelte";
import { currentScreen } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";

export function registerNoteActions(): () => void {
  const chat = (): ConversationView | undefined => (chatOnScreen() === null ? undefined : chosenView());
  const withChat = (): true | string => {
    const view = chat();
    if (!view) return m.reason_no_chat();
    return view.locked !== "IN_BIN" || m.error_in_bin();
  };
  /** Beside the board there is no panel. */
  const withPanel = (): true | string => {
    const isInbox = currentScreen() === "inbox" && !besideBoard();
    return isInbox ? withChat() : m.reason_no_chat();
  };
  const of = (action: Omit<Action, "group" | "words">): Action => ({
    group: "conversation",
    words: m.contact,
    ...action,
  });
  return register(
    of({
      id: "call.log",
      title: m.call_log,
      keys: ["shift+c"],
      run: () => {
        const view = chat();
        if (view) logCall(view.contact_id, view.name, view.id);
      },
      available: withChat,
    }),
    of({
      id: "note.write",
      title: m.note_write,
      keys: ["shift+n"],
      run: () => {
        const view = chat();
        if (view) askPanel({ contact_id: view.contact_id, tab: "notes", write: true });
      },
      available: withPanel,
    }),
  );
}
