// The field that adds one to a list of names. A quick hand types the next while the last is on its way: each Enter adds
// what stands there, once.
import { fold } from "../../app/fuzzy";
import { toast } from "../../app/toast.svelte";

export class Adding {
  name = $state("");
  /** Why the last one was not added, while it stands there. */
  refused = $state.raw<string>();
  #underWay = new Set<string>();

  typed(): void {
    this.refused = undefined;
  }
  clear(): void {
    this.name = "";
  }
  /** `save` answers null, or why not. */
  async add(save: (name: string) => Promise<{ text: string } | null>): Promise<void> {
    const name = this.name.trim();
    const key = fold(name);
    if (name === "" || this.#underWay.has(key)) return;
    this.#underWay.add(key);
    const no = await save(name);
    this.#underWay.delete(key);
    const stands = this.name.trim() === name;
    if (no && stands) this.refused = no.text;
    else if (no) toast(no.text, { tone: "problem" });
    else if (stands) this.name = "";
  }
}
