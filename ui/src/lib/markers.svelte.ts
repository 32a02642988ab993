// How this workspace calls and draws the markers, where it is otherwise than the product has it. Told by who reads the
// sale; every screen asks `lib/sale` for a marker's name and sign.
import type { Marker, MarkerLook } from "../backend";

let looks = $state.raw<readonly MarkerLook[]>([]);

export function setMarkerLooks(next: readonly MarkerLook[]): void {
  looks = next;
}
export function markerLook(marker: Marker): MarkerLook | undefined {
  return looks.find((look) => look.marker === marker);
}
