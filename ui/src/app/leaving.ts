// What has to be kept before the window goes: whoever holds something that is not in the app yet says how to hand it
// over. A window that is closed is destroyed at once and runs no code of ours any more.
import { listenLeaving } from "../backend";

const keepers = new Set<() => Promise<unknown>>();

export function onLeaving(keep: () => Promise<unknown>): () => void {
  keepers.add(keep);
  return () => keepers.delete(keep);
}

export function startLeaving(): () => void {
  return listenLeaving(() => Promise.allSettled([...keepers].map((keep) => keep())));
}
