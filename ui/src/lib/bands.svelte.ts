// What scores mean in this workspace, where it is otherwise than the product has it. Told by who reads the sale; every
// screen asks `lib/score` for a band's name, colour and ends.
import type { ScoreBand } from "../backend";

let bands = $state.raw<readonly ScoreBand[]>([]);

export function setScoreBands(next: readonly ScoreBand[]): void {
  bands = next;
}
export function scoreBands(): readonly ScoreBand[] {
  return bands;
}
