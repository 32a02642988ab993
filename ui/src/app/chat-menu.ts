// What a chat's menus share, in the list and over the thread: muting it, the link to it, and taking it out.
import BellOff from "@lucide/svelte/icons/bell-off";
import FileDown from "@lucide/svelte/icons/file-down";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import Link from "@lucide/svelte/icons/link";
import type { ContactId, ConversationId } from "../backend";
import type { MenuBranch, MenuEntry } from "../components/menu";
import { m } from "../paraglide/messages.js";
import { chatMute, muteChat, muteName, MUTES, muteText } from "./alerts.svelte";
import { keysOf } from "./actions.svelte";
import { copyText } from "./copy";
import { openExport } from "./exporting.svelte";
import { startFollowUp } from "./follow-ups";

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

/** A follow-up with the person of this chat. */
export function followUpEntry(id: ConversationId, contact_id: ContactId, name: string): MenuEntry {
  return {
    label: m.follow_new(),
    icon: CalendarClock,
    keys: keysOf("follow-up.new")[0],
    run: () => void startFollowUp(contact_id, name, { conversation_id: id }),
  };
}

/** It opens this chat on this computer, and changes nothing. */
export function linkEntry(id: ConversationId): MenuEntry {
  return { label: m.copy_chat_link(), icon: Link, run: () => void copyText(`embudo://chat/${id}`) };
}

/** All its messages with their files, into an archive. */
export function exportEntry(id: ConversationId, name: string): MenuEntry {
  return {
    label: m.export_conversation(),
    icon: FileDown,
    run: () => openExport({ what: "conversation", conversation_id: id, name }),
  };
}
