// The person's own keys: what differs from the defaults is kept, nothing else.
import { actionById, conflicts } from "../../app/actions.svelte";

type Keys = Record<string, string[]>;

/** The remapped keys after one action got these bindings; back at the defaults it is no longer kept. */
export function withKeys(kept: Keys, id: string, bindings: readonly string[], defaults: readonly string[]): Keys {
  const next = { ...kept };
  if (bindings.length === defaults.length && bindings.every((b, i) => b === defaults[i])) delete next[id];
  else next[id] = [...bindings];
  return next;
}

/** Who else has a binding of this action, by binding. Where the product itself gives one key to several actions
 *  (Esc), what is possible at the moment decides between them: that is no conflict until someone remaps one. */
export function clashesOf(id: string, kept: Keys): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [binding, ids] of conflicts()) {
    if (!ids.includes(id) || !ids.some((other) => other in kept)) continue;
    const others = ids.filter((other) => other !== id && actionById(other));
    if (others.length > 0) found.set(binding, others);
  }
  return found;
}
