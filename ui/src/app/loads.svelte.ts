// How many open leads each person answers for: read when somebody is about to be chosen.
import { call, type MemberId } from "../backend";
import { sale } from "./sale.svelte";
import { number } from "../lib/numbers";
import { m } from "../paraglide/messages.js";

export class Loads {
  #open = $state.raw<ReadonlyMap<MemberId, number>>(new Map());

  async read(): Promise<void> {
    const ids = (sale()?.members ?? []).map(({ id }) => id);
    const counts = await Promise.all(
      ids.map((id) =>
        call("count_leads", { filter: { tab: "active", responsible_ids: [id] } })
          .then(({ active }) => [id, active] as const)
          .catch(() => undefined),
      ),
    );
    this.#open = new Map(counts.filter((one) => one !== undefined));
  }
  /** "12 open". */
  of = (id: MemberId): string | undefined => {
    const count = this.#open.get(id);
    return count === undefined ? undefined : m.leads_open_count({ count, shown: number(count) });
  };
}
