// What a contact has beside its card and takes along into a merge.
import { call, type ContactView } from "../../backend";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

export interface Brings {
  chats: number;
  leads: number;
  follow_ups: number;
  notes: number;
  calls: number;
  files: number;
  tags: number;
}
/** So many are read of them: there may be more. */
const MOST: Partial<Record<keyof Brings, number>> = { follow_ups: 200, files: 500 };

export async function readBrings({ id: contact_id, conversations, tags }: ContactView): Promise<Brings> {
  const noted = (calls: boolean) => call("list_notes", { contact_id, calls, before: null, limit: 1 });
  const [leads, follow_ups, files, notes, calls] = await Promise.all([
    call("list_leads_of_contact", { contact_id }),
    call("list_follow_ups_of", { contact_id }),
    call("list_contact_files", { contact_id }),
    noted(false),
    noted(true),
  ]);
  return {
    chats: conversations.length,
    leads: leads.length,
    follow_ups: follow_ups.length,
    notes: notes.total,
    calls: calls.total,
    files: files.length,
    tags: tags.length,
  };
}

const WORDS: Record<keyof Brings, (inputs: { count: number; shown: string }) => string> = {
  chats: m.merge_has_chats,
  leads: m.sale_leads,
  follow_ups: m.follow_count,
  notes: m.merge_has_notes,
  calls: m.merge_has_calls,
  files: m.merge_has_files,
  tags: m.merge_has_tags,
};
/** Only of what there is some. */
export function bringsWords(brings: Brings): string {
  const some = (Object.keys(WORDS) as (keyof Brings)[]).filter((what) => brings[what] > 0);
  if (some.length === 0) return m.merge_brings_nothing();
  const shown = (what: keyof Brings) => number(brings[what]) + (brings[what] === MOST[what] ? "+" : "");
  return some.map((what) => WORDS[what]({ count: brings[what], shown: shown(what) })).join(" · ");
}
