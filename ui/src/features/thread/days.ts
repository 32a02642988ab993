// The messages of the window cut into days, each knowing what stands above it.
import type { MessageView } from "../../backend";
import { sameDay } from "../../lib/time";

export interface Item {
  message: MessageView;
  /** A little air above: the side or the writer changed. */
  gap: boolean;
  /** The "New messages" line stands above this one. */
  firstNew: boolean;
}
export interface Day {
  at_ms: number;
  items: Item[];
}

export function days(messages: readonly MessageView[], newAbove: number): Day[] {
  const out: Day[] = [];
  let before: MessageView | undefined;
  let marked = false;
  for (const message of messages) {
    let day = out.at(-1);
    if (!day || !sameDay(day.at_ms, message.at_ms)) out.push((day = { at_ms: message.at_ms, items: [] }));
    const isNew: boolean = !marked && message.inbound_no !== null && message.inbound_no > newAbove;
    marked ||= isNew;
    const gap =
      before !== undefined && (before.direction !== message.direction || before.author_name !== message.author_name);
    day.items.push({ message, gap, firstNew: isNew });
    before = message;
  }
  return out;
}
