// The workspace's tags by name, for every place where one is chosen. Counts are asked for by who shows them.
import { call, type TagId, type TagUse, type TagView } from "../backend";
import { Newest } from "../lib/newest";
import { on, onResumed } from "./events";

let all = $state.raw<readonly TagUse[]>([]);
const reads = new Newest();

export function tags(): readonly TagUse[] {
  return all;
}
export function tagOf(id: TagId): TagView | undefined {
  return all.find(({ tag }) => tag.id === id)?.tag;
}
export async function readTags(): Promise<void> {
  all = (await reads.ask(() => call("list_tags")).catch(() => undefined)) ?? all;
}
export function startTags(): () => void {
  void readTags();
  const stops = [on("state_changed", () => void readTags()), onResumed(() => void readTags())];
  return () => stops.forEach((stop) => stop());
}
