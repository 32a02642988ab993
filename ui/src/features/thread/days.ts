// The messages of the window cut into days, each knowing what stands above it, and between them what happened to the
// person's lead meanwhile and what was noted.
import type { MessageView, NoteView } from "../../backend";
import { sameDay, startOfDay } from "../../lib/time";

export interface Step {
  id: string;
  at_ms: number;
  text: string;
  /** Written beside this chat. */
  note?: NoteView;
}
export interface MessageItem {
  message: MessageView;
  /** A little air above: the side or the writer changed. */
  gap: boolean;
  /** The "New messages" line stands above this one. */
  firstNew: boolean;
}
/** A message, or a step of the lead. */
export type Item = (MessageItem & { step?: undefined }) | { step: Step; message?: undefined };
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

/** `steps`: the oldest first. Those that are older than all messages here are left out unless this is the beginning,
 *  and the newest unless this is the end. */
export function days(
  messages: readonly MessageView[],
  newAbove: number,
  steps: readonly Step[] = [],
  { isBeginning = true, isEnd = true } = {},
): Day[] {
  const out: Day[] = [];
  const dayOf = (at_ms: number): Day => {
    const last = out.at(-1);
    if (last && sameDay(last.at_ms, at_ms)) return last;
    const day: Day = { key: "", at_ms, items: [] };
    out.push(day);
    return day;
  };
  let before: MessageView | undefined;
  let marked = false;
  const from = isBeginning ? -Infinity : Math.min(...messages.slice(0, 1).map((message) => message.at_ms));
  const waiting = steps.filter((step) => step.at_ms >= from);
  let stepped = false;
  for (const message of causesLast(messages)) {
    // What it brought about stands under it.
    while (waiting[0] && waiting[0].at_ms < message.at_ms) {
      const step = waiting.shift()!;
      dayOf(step.at_ms).items.push({ step });
      stepped = true;
    }
    const isNew: boolean = !marked && message.inbound_no !== null && message.inbound_no > newAbove;
    marked ||= isNew;
    const gap =
      before !== undefined &&
      (stepped || before.direction !== message.direction || before.author_name !== message.author_name);
    dayOf(message.at_ms).items.push({ message, gap, firstNew: isNew });
    before = message;
    stepped = false;
  }
  if (isEnd) for (const step of waiting) dayOf(step.at_ms).items.push({ step });
  const times = new Map<number, number>();
  for (const day of out.toReversed()) {
    const date = startOfDay(day.at_ms);
    const again = times.get(date) ?? 0;
    times.set(date, again + 1);
    day.key = `${date}-${again}`;
  }
  return out;
}
