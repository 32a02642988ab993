// When the first content is on the screen: a mark of the browser's own timeline, which the host passes on.
let marked = false;

/** Call it when the content is in the document; only the first call counts. */
export function contentIsThere(): void {
  if (marked) return;
  marked = true;
  // The frame under way may have been laid out before the content came: the one after it has it.
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("first-content")));
}
