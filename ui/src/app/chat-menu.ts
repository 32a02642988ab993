// What a chat's menus share, in the list and over the thread: muting it, and the link to it.
import BellOff from "@lucide/svelte/icons/bell-off";
import Link from "@lucide/svelte/icons/link";
import type { ConversationId } from "../backend";
import type { MenuBranch, MenuEntry } from "../components/menu";
import { m } from "../paraglide/messages.js";
import { chatMute, muteChat, muteName, MUTES, muteText } from "./alerts.svelte";
import { copyText } from "./copy";

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

/** It opens this chat on this computer, and changes nothing. */
export function linkEntry(id: ConversationId): MenuEntry {
  return { label: m.copy_chat_link(), icon: Link, run: () => void copyText(`embudo://chat/${id}`) };
}
