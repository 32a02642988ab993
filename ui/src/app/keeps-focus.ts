// What has the focus may go by its own press, or with the row that it stands in: the browser gives the focus to the
// page then. Here it goes to what stands in its place.
import { afterPaint } from "../lib/frames";

const CAN =
  "a[href], button:not([disabled]), input:not([disabled], [type=hidden]), select, textarea:not([disabled]), [tabindex]";
const canFocus = (within: Element) =>
  [...within.querySelectorAll<HTMLElement>(CAN)].filter((one) => one.tabIndex >= 0 && isSeen(one));
// Where nothing is laid out everything counts as seen.
const isSeen = (one: Element) => (one.checkVisibility as undefined | (() => boolean))?.call(one) ?? true;

/** How things stood on the way up from what has the focus. */
interface Level {
  parent: HTMLElement;
  after: Element[];
  before: Element[];
  /** The how manyeth thing of its row it is. */
  at: number;
}
function levelsOf(el: HTMLElement, root: HTMLElement): Level[] {
  const levels: Level[] = [];
  for (let node = el; node !== root && node.parentElement; node = node.parentElement) {
    const parent = node.parentElement;
    const all = [...parent.children];
    const here = all.indexOf(node);
    const at = Math.max(0, canFocus(node).indexOf(el));
    levels.push({ parent, after: all.slice(here + 1), before: all.slice(0, here).reverse(), at });
  }
  return levels;
}
function inPlaceOf(levels: readonly Level[]): HTMLElement | undefined {
  const left = levels.filter(({ parent }) => parent.isConnected && isSeen(parent));
  const [row] = left;
  for (const next of [...(row?.after ?? []), ...(row?.before ?? [])]) {
    const there = next.isConnected ? canFocus(next) : [];
    if (row && there.length > 0) return there[Math.min(row.at, there.length - 1)];
  }
  for (const { parent } of left) {
    const [first] = canFocus(parent);
    if (first) return first;
  }
  return undefined;
}

/** An attachment: within it the focus is not lost. */
export function keepsFocus(root: HTMLElement): () => void {
  let last: { el: HTMLElement; levels: Level[] } | undefined;
  let cancel: (() => void) | undefined;
  const isLost = () => last && !last.el.isConnected && document.activeElement === document.body;

  const onfocusin = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement && target !== root) last = { el: target, levels: levelsOf(target, root) };
  };
  const onfocusout = ({ target, relatedTarget }: FocusEvent) => {
    // Whoever leaves it for nothing, as by a press beside it, wants nothing there. What goes away is gone by then.
    if (relatedTarget === null) queueMicrotask(() => (target as Element).isConnected && (last = undefined));
  };
  function bring() {
    cancel = undefined;
    if (!last || !isLost()) return;
    (inPlaceOf(last.levels) ?? root).focus();
  }
  // A dialog goes elsewhere on the page, and whoever knows a better place for the focus puts it there first.
  const observer = new MutationObserver(() => {
    if (isLost()) cancel ??= afterPaint(bring);
  });
  observer.observe(document.body, { childList: true, subtree: true });
  root.addEventListener("focusin", onfocusin);
  root.addEventListener("focusout", onfocusout);
  return () => {
    cancel?.();
    observer.disconnect();
    root.removeEventListener("focusin", onfocusin);
    root.removeEventListener("focusout", onfocusout);
  };
}
