// The web view's own menu speaks of pages: back, reload. It stays where it is of use: cut, copy, paste and spelling in
// a field, copy on chosen words. Where the app has a menu of its own that one opens instead.
const FIELDS = "input, textarea, [contenteditable]";

export function isOfUse(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(FIELDS)) return true;
  const selection = target.ownerDocument.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(target, true);
}

export function keepWebMenuAway(): () => void {
  const oncontextmenu = (event: MouseEvent) => {
    if (!event.defaultPrevented && !isOfUse(event.target)) event.preventDefault();
  };
  addEventListener("contextmenu", oncontextmenu);
  return () => removeEventListener("contextmenu", oncontextmenu);
}
