import { flushSync } from "svelte";

/** Runs `read` now and whenever what it read changes, like a template would. */
export function watch(read: () => void): () => void {
  const stop = $effect.root(() => {
    $effect(read);
  });
  flushSync();
  return stop;
}

/** Props that a test can change after the component stands. */
export function state<T extends object>(first: T): T {
  const props = $state(first);
  return props;
}
