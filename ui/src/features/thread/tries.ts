// The delivery time line as a person reads it: tries that did not reach the channel stand together.
import type { DeliveryMark } from "../../backend";

/** `tries`: how often it was sending and came back to the queue; the mark is the last of them. */
export interface Step {
  mark: DeliveryMark;
  tries: number;
}

export function steps(marks: readonly DeliveryMark[]): Step[] {
  const out: Step[] = [];
  for (let i = 0; i < marks.length; i++) {
    const mark = marks[i]!;
    const next = marks[i + 1];
    const cameBack =
      mark.status === "sending" && next?.status === "queued" && next.attempt === mark.attempt && !mark.error;
    if (!cameBack) {
      out.push({ mark, tries: 0 });
      continue;
    }
    const before = out.at(-1);
    if (before && before.tries > 0 && before.mark.attempt === next.attempt) {
      before.tries++;
      before.mark = next;
    } else out.push({ mark: next, tries: 1 });
    i++;
  }
  return out;
}
