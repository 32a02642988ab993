// The messages of the window cut into days, each knowing what stands above it.
import type { MessageView } from "../../backend";
import { sameDay, startOfDay } from "../../lib/time";

export interface Item {
  message: MessageView;
  /** A little air above: the side or the writer changed. */
  gap: boolean;
  /** The "New messages" line stands above this one. */
  firstNew: boolean;
}
export interface Day {
  /** Stays when messages come before or after; the same date may come twice, where the order of the thread and the
   *  clock disagree. */
  key: string;
  at_ms: number;
  items: Item[];
}

/** What a message did to the conversation (reopened it, ended its snooze) is written down after it and read before
 *  it: the conversation was open again when these words stood in it. */
function causesLast(messages: readonly MessageView[]): MessageView[] {
  const out = [...messages];
  for (let i = 1; i < out.length; i++) {
    const [cause, line] = [out[i - 1]!, out[i]!];
    if (line.body.kind !== "event" || !["reopened", "snooze_ended"].includes(line.body.event.what)) continue;
    const caused = line.author.by !== "system" && line.author.by === cause.author.by;
    if (cause.direction !== "event" && caused && cause.key.sort_s === line.key.sort_s)
      [out[i - 1], out[i]] = [line, cause];
  }
  return out;
}

export function days(messages: readonly MessageView[], newAbove: number): Day[] {
  const out: Day[] = [];
  let before: MessageView | undefined;
  let marked = false;
  for (const message of causesLast(messages)) {
    let day = out.at(-1);
    if (!day || !sameDay(day.at_ms, message.at_ms)) out.push((day = { key: "", at_ms: message.at_ms, items: [] }));
    const isNew: boolean = !marked && message.inbound_no !== null && message.inbound_no > newAbove;
    marked ||= isNew;
    const gap =
      before !== undefined && (before.direction !== message.direction || before.author_name !== message.author_name);
    day.items.push({ message, gap, firstNew: isNew });
    before = message;
  }
  const times = new Map<number, number>();
  for (const day of out.toReversed()) {
    const date = startOfDay(day.at_ms);
    const again = times.get(date) ?? 0;
    times.set(date, again + 1);
    day.key = `${date}-${again}`;
  }
  return out;
}
