// Whom the keys of a lead are about in the inbox: the person of the open chat, or those of all picked rows.
import { leadsOfPicked, tagChats, type Progress } from "../../app/bulk-leads";
import { chosenView } from "../../app/chosen.svelte";
import { keysAt } from "../../app/whom.svelte";
import { m } from "../../paraglide/messages.js";
import type { InboxModel } from "./list.svelte";
import type { Picks } from "./picks.svelte";

export function leadKeys(model: InboxModel, picks: Picks, progress: (now: Progress | null) => void): () => void {
  const count = () => picks.count(model.total);
  return keysAt("inbox", {
    one: () => {
      const of = chosenView();
      return of && { contact_id: of.contact_id, name: of.name, conversation_id: of.id };
    },
    nobody: m.reason_no_chat,
    picked: count,
    many: () => {
      const target = picks.target(model.view);
      return leadsOfPicked(
        {
          count: count(),
          target: { what: "chats", target },
          people: { of: "chats", target },
          progress,
          done: () => undefined,
        },
        (tag, on) => tagChats(target, tag, on, progress),
      );
    },
  });
}
