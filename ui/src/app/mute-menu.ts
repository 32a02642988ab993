// "Mute" as a chat's menus show it, in the list and over the thread.
import BellOff from "@lucide/svelte/icons/bell-off";
import type { ConversationId } from "../backend";
import type { MenuBranch } from "../components/menu";
import { m } from "../paraglide/messages.js";
import { chatMute, muteChat, muteName, MUTES, muteText } from "./alerts.svelte";

export function muteEntries(id: ConversationId): MenuBranch {
  const mute = chatMute(id);
  return {
    kind: "branch",
    label: mute ? muteText(mute) : m.mute(),
    icon: BellOff,
    entries: [
      ...MUTES.map((wanted) => ({ label: muteName(wanted), run: () => void muteChat(id, wanted) })),
      { kind: "line" },
      {
        label: m.unmute(),
        reason: mute ? null : m.reason_not_muted(),
        run: () => void muteChat(id, null),
      },
    ],
  };
}
