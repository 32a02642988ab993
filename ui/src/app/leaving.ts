// What has to be kept before the window goes: whoever holds something that is not in the app yet says how to hand it
// over. A window that is closed is destroyed at once and runs no code of ours any more.
import { listenLeaving } from "../backend";

/** False: what a person wrote could not be kept. Whoever answers that says so on the screen. */
type Keeper = () => Promise<boolean>;
const keepers = new Set<Keeper>();

export function onLeaving(keep: Keeper): () => void {
  keepers.add(keep);
  return () => keepers.delete(keep);
}

export function startLeaving(): () => void {
  return listenLeaving(async () => {
    const kept = await Promise.all([...keepers].map((keep) => keep().catch(() => false)));
    return kept.every(Boolean);
  });
}
