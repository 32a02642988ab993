// The deeds on many contacts: one after the other, each with how far it is.
import type { ContactDeed, ContactTarget } from "../../backend";
import type { Progress } from "../../app/bulk-leads";
import { toast } from "../../app/toast.svelte";
import { Turns } from "../../lib/turns";
import { m } from "../../paraglide/messages.js";
import { doTo } from "./deeds";

export class Doing {
  progress = $state.raw<Progress | null>(null);
  #turns = new Turns();
  #asked = 0;

  /** True when it was done, wholly or in part. */
  async one(target: ContactTarget, deed: ContactDeed): Promise<boolean> {
    // Others would match by the time it is its turn: nobody has chosen those.
    if (this.#asked > 0 && target.what === "matching") {
      toast(m.bulk_wait());
      return false;
    }
    this.#asked += 1;
    try {
      return (await this.#turns.take(() => doTo(target, deed, (now) => (this.progress = now)))) === true;
    } finally {
      this.#asked -= 1;
    }
  }
}
