// Those that a deed on many left as they were: how many and why, in the words of a report or over their names.
import type { LeftOut } from "../backend";
import { number } from "../lib/numbers";
import { m } from "../paraglide/messages.js";
import { reasonText } from "./errors";
import { fieldName } from "./sale.svelte";

type Many = (count: { count: number; shown: string }) => string;

/** "4 closed leads were skipped", "3 skipped: they lack “Size”". `others`: of those that were so already. */
export function leftWords({ why, count }: LeftOut, others: Many): string {
  const shown = { count, shown: number(count) };
  switch (why.why) {
    case "closed":
      return m.leads_bulk_closed(shown);
    case "no_lead":
      return m.left_no_lead(shown);
    case "already_active":
      return m.directory_already_active(shown);
    case "not_archived":
      return m.left_not_archived(shown);
    case "unfilled": {
      const fields = why.field_ids.map((id) => `“${fieldName(id) || "…"}”`).join(", ");
      return m.leads_bulk_unfilled({ ...shown, fields });
    }
    case "queued":
      return m.directory_with_queued(shown);
    case "no_way":
      return m.left_no_way(shown);
    case "refused": {
      const { code, ...params } = why.refusal;
      return m.left_refused({ ...shown, reason: reasonText(code, params).replace(/\.$/, "") });
    }
    case "same":
      return others(shown);
  }
}

/** The same over their names, where it stands alone. */
export const leftHead = (left: LeftOut): string => leftWords(left, m.left_same);
