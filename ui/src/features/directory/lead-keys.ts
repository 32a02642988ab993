// What the keys of a lead do to picked contacts: what the bar does to contacts they do to contacts as well, and what is
// the lead's own to their active leads.
import type { ContactDeed, ContactId } from "../../backend";
import { leadsOfPicked, type Progress } from "../../app/bulk-leads";
import type { Many } from "../../app/whom.svelte";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

export function leadsOfContacts(
  contact_ids: ContactId[],
  deed: (what: ContactDeed) => Promise<void>,
  progress: (now: Progress | null) => void,
  done: () => void,
): Many {
  const of = leadsOfPicked(
    {
      count: contact_ids.length,
      target: { what: "matching", filter: { tab: "active", contact_ids } },
      people: { of: "contacts", ids: contact_ids },
      progress,
      done,
    },
    // It says and settles what came of it itself.
    (tag, on) => deed({ do: "tag", tag_id: tag.id, on }).then(() => false),
  );
  return {
    ...of,
    who: m.directory_contacts({ count: of.count, shown: number(of.count) }),
    change: (patch, label) => {
      if (patch.responsible_id !== undefined) return deed({ do: "assign", responsible_id: patch.responsible_id });
      return patch.stage ? deed({ do: "stage", stage_id: patch.stage.stage_id }) : of.change(patch, label);
    },
  };
}
