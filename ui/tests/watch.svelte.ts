import { flushSync } from "svelte";

/** Runs `read` now and whenever what it read changes, like a template would. */
export function watch(read: () => void): () => void {
  const stop = $effect.root(() => {
    $effect(read);
  });
  flushSync();
  return stop;
}
