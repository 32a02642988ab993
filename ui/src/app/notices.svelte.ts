// What happened beside messages: how much of it is unread, and whether its list stands in place of the chats. The rail
// counts it apart from the chats; the list itself is a feature.
import { call, type NoticeCounts } from "../backend";
import { Newest } from "../lib/newest";
import { m } from "../paraglide/messages.js";
import { attempt, takingBack } from "./act";
import { choose } from "./chosen.svelte";
import { on, onResumed } from "./events";
import { go } from "./route.svelte";
import { searching } from "./searching.svelte";
import { did } from "./toast.svelte";
import type { NoticeKind } from "../backend";

const ONE_COLUMN = "(max-width: 759px)";

let open = $state(false);
export function noticesOpen(): boolean {
  return open;
}
export function openNotices(): void {
  searching.open = false;
  if (matchMedia(ONE_COLUMN).matches) choose(null);
  open = true;
  go("inbox");
}
export function closeNotices(): void {
  open = false;
}

let counts = $state.raw<NoticeCounts>({ all: 0, unread: 0 });
const reads = new Newest();
export function noticeCounts(): NoticeCounts {
  return counts;
}
async function readCounts(): Promise<void> {
  counts = (await reads.ask(() => call("get_notice_counts")).catch(() => undefined)) ?? counts;
}
export function startNotices(): () => void {
  void readCounts();
  const stops = [on("notices_changed", () => void readCounts()), onResumed(() => void readCounts())];
  return () => stops.forEach((stop) => stop());
}

/** All of these kinds (none named: all there are), with Undo. */
export async function readAllNotices(kinds: readonly NoticeKind[] = []): Promise<void> {
  const marked = await attempt(() => call("mark_notices_read", { nos: null, kinds: [...kinds] }));
  if (!marked || marked.nos.length === 0) return;
  did(m.notices_did_read({ count: marked.nos.length }), () =>
    takingBack(() => call("mark_notices_unread", { nos: marked.nos })),
  );
}
