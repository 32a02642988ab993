// What is asked for from elsewhere and waits until somebody can show it: a place, by a banner that was pressed (the
// screen may be locked, or not painted yet), and rows, by that place. Who shows it takes it.
import type { Opens, SavedViewId } from "../backend";

export type AskedView = "unread" | "closing" | "failed" | { saved: SavedViewId };

let place = $state.raw<Opens | null>(null);
let view = $state.raw<AskedView | null>(null);

export function askPlace(opens: Opens): void {
  place = opens;
}
export function placeAsked(): Opens | null {
  return place;
}
export function placeTaken(): void {
  place = null;
}

export function askView(next: AskedView): void {
  view = next;
}
export function viewAsked(): AskedView | null {
  return view;
}
export function viewTaken(): void {
  view = null;
}
