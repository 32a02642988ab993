// Which line the lines page shows; the connect dialog and the status bar may ask for one.
import type { LineId } from "../../backend";

let shown = $state<LineId | null>(null);
export function shownLine(): LineId | null {
  return shown;
}
export function showLine(id: LineId | null): void {
  shown = id;
}
