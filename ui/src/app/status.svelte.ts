// The truths of the status bar: this computer and its hub, each line, what waits to leave.
import { call, type LineView, type StatusView } from "../backend";
import { setHubNow } from "./clock.svelte";
import { on, onResumed } from "./events";
import { Newest } from "../lib/newest";

let status = $state.raw<StatusView>();
let lines = $state.raw<LineView[]>([]);
const statuses = new Newest();
const lists = new Newest();

export function appStatus(): StatusView | undefined {
  return status;
}
export function allLines(): LineView[] {
  return lines;
}
export async function readStatus(): Promise<void> {
  const next = await statuses.ask(() => call("get_status")).catch(() => undefined);
  if (!next) return;
  status = next;
  setHubNow(next.now_ms);
}
export async function readLines(): Promise<void> {
  lines = (await lists.ask(() => call("list_lines")).catch(() => undefined)) ?? lines;
}
export function startStatus(): () => void {
  void readStatus();
  void readLines();
  const stops = [
    on("status_changed", () => void readStatus()),
    on("lines_changed", () => (void readLines(), void readStatus())),
    onResumed(() => (void readLines(), void readStatus())),
  ];
  return () => stops.forEach((stop) => stop());
}
