/** Runs when what is in the document now is on the screen: the first frame may have been laid out before it, and what
 *  runs at the beginning of the second is drawn with it. */
export function afterPaint(run: () => void): () => void {
  let ended = false;
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => ended || run())));
  return () => (ended = true);
}
