// Those that a deed on many left as they were: how many and why.
import type { LeftOut } from "../backend";
import { number } from "../lib/numbers";
import { m } from "../paraglide/messages.js";
import { dialogs } from "./dialogs.svelte";
import { reasonText } from "./errors";
import { fieldName } from "./sale.svelte";
import type { Way } from "./toast.svelte";

/** "4 closed leads were skipped", "3 skipped: they lack “Size”": in a report, or over their names. */
export function leftWords({ why, count }: LeftOut): string {
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
      return m.leads_bulk_unfilled({ ...shown, fields, lacking: why.field_ids.length });
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
      return m.left_same(shown);
  }
}

/** What was done and what was not; where nothing was, why not. */
export function reported(isDone: boolean, did: () => string, not: readonly string[]): string {
  if (isDone) return [did(), ...not].join(" · ");
  return not.length > 0 ? m.bulk_nothing_because({ why: not.join(" · ") }) : m.bulk_nothing();
}

/** Those that can be named, with the reason of each. */
export function seeThem(left: readonly LeftOut[]): Way | undefined {
  if (!left.some(({ people }) => people.length > 0)) return undefined;
  return { label: m.leads_see_them(), run: () => void (dialogs.leftOut = left), stays: true };
}
