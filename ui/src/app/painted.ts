// When the first content is on the screen: a mark of the browser's own timeline, which the host passes on.
import { afterPaint } from "../lib/frames";

let marked = false;

/** Call it when the content is in the document; only the first call counts. */
export function contentIsThere(): void {
  if (marked) return;
  marked = true;
  afterPaint(() => performance.mark("first-content"));
}
