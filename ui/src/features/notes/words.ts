// What happened with a contact, in sentences: each with its sign, who did it, and where it can be looked at.
import type { IconOf } from "../../components/icon";
import type { ActivityItem, ActivityKind, ConversationId, MessageId, NoteView } from "../../backend";
import { entryOf, takenBackWords, type Known } from "../../lib/history";
import { eventWords } from "../../lib/events";
import { callWords, noteBy } from "../../lib/note";
import { number } from "../../lib/numbers";
import { listTime } from "../../lib/time";
import { m } from "../../paraglide/messages.js";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import CircleDot from "@lucide/svelte/icons/circle-dot";
import FileDown from "@lucide/svelte/icons/file-down";
import Merge from "@lucide/svelte/icons/merge";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import Phone from "@lucide/svelte/icons/phone";
import StickyNote from "@lucide/svelte/icons/sticky-note";

export const ACTIVITY_KINDS: readonly ActivityKind[] = [
  "conversation",
  "lead",
  "follow_up",
  "note",
  "call",
  "merge",
  "import",
];
const KIND_WORDS: Record<ActivityKind, () => string> = {
  conversation: m.activity_conversations,
  lead: m.activity_leads,
  follow_up: m.follow_ups,
  note: m.history_notes,
  call: m.calls,
  merge: m.activity_merges,
  import: m.activity_imports,
};
export const kindName = (kind: ActivityKind): string => KIND_WORDS[kind]();

export interface Told {
  id: string;
  at_ms: number;
  sign: IconOf;
  text: string;
  more: string[];
  note: string;
  /** It does not stand any more: who took it back, and when. */
  back: string;
  /** Where it happened. */
  place?: { conversation_id: ConversationId; message_id?: MessageId; note?: NoteView };
}

/** `lead`: what a lead is called, where the contact has several. */
export function tell(item: ActivityItem, known: Known, lead: (lead_id: string) => string = () => ""): Told {
  const { id, at_ms } = item;
  const told = (sign: IconOf, text: string, rest: Partial<Told> = {}): Told => ({
    id,
    at_ms,
    sign,
    text,
    more: [],
    note: "",
    back: "",
    ...rest,
  });
  switch (item.what) {
    case "conversation": {
      const { conversation_id, message_id, event, by_name, line } = item;
      const words = [eventWords(event), by_name].filter((part) => part !== "");
      const more = line.name ? [line.name] : [];
      return told(MessageCircle, words.join(" · "), { more, place: { conversation_id, message_id } });
    }
    case "history": {
      const { event, undone } = item;
      const entry = entryOf(event, known, new Map(undone ? [[event.id, undone]] : []));
      const sign = event.follow_up ? CalendarClock : item.by_import ? FileDown : CircleDot;
      return told(sign, item.by_import ? m.activity_lead_imported() : entry.text, {
        more: [lead(event.lead_id), ...entry.more].filter((words) => words !== ""),
        note: entry.note,
        back: takenBackWords(entry, listTime),
      });
    }
    case "note": {
      const { note, line } = item.note;
      const place =
        note.conversation_id && line ? { conversation_id: note.conversation_id, note: item.note } : undefined;
      const who = noteBy(item.note);
      return note.call
        ? told(Phone, callWords(note.call), { more: [who], note: note.text, place })
        : told(StickyNote, m.history_noted({ who }), { note: note.text, place });
    }
    case "merge": {
      const names = item.merge.gone.map((one) => one.name || m.directory_nameless()).join(", ");
      const more = item.merge.by_name ? [item.merge.by_name] : [];
      if (item.undone) return told(Merge, m.merge_was_undone({ names }), { more });
      const { undone_at_ms } = item.merge;
      const back = undone_at_ms ? m.history_taken_back_at({ when: listTime(undone_at_ms) }) : "";
      return told(Merge, m.merge_told({ names }), { more, back });
    }
    case "brought": {
      const { file_name: name, by_name, undone_at_ms } = item;
      const back = undone_at_ms === null ? "" : m.history_taken_back_at({ when: listTime(undone_at_ms) });
      const text = item.made ? m.activity_brought({ name }) : m.activity_brought_changed({ name });
      return told(FileDown, text, { more: by_name ? [by_name] : [], back });
    }
    case "import":
      return told(FileDown, m.activity_chat_imported({ name: item.file_name }), {
        more: [m.activity_messages({ count: item.messages, shown: number(item.messages) })],
      });
  }
}
