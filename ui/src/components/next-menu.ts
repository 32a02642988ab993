// What a press beside an open menu does. It closes the menu and nothing else, as menus of the desktop do: it means
// "away with it", and must not open another chat (which reads it) or press what happens to lie below. Only a press
// that asks for a menu is obeyed at once: the right button on something that has one, or a button that opens one.
// The open menu keeps the page below from the pointer, so such a press is found and handed on here.

/** While a menu is open; `opener` opened it, and a press there only closes. Returns what ends it. */
export function handOn(close: () => void, opener?: Element): () => void {
  /** What is pressed of the page below; nothing where a layer is pressed. */
  function below(event: MouseEvent): Element | null {
    if (event.target instanceof Element && event.target.closest(".layer")) return null;
    const { style } = document.body;
    const kept = style.pointerEvents;
    style.pointerEvents = "";
    const found = document.elementFromPoint(event.clientX, event.clientY);
    style.pointerEvents = kept;
    return found;
  }
  /** In a task of its own: a menu that is there while this press is still told would take it for one beside itself. */
  function next(open: () => void) {
    close();
    setTimeout(open);
  }
  function oncontextmenu(event: MouseEvent) {
    // Neither a press in a menu nor the menu key brings up the web view's own over it.
    event.preventDefault();
    const at = below(event);
    if (!at) return;
    event.stopPropagation();
    const { clientX, clientY } = event;
    const again = new MouseEvent("contextmenu", { clientX, clientY, button: 2, bubbles: true, cancelable: true });
    next(() => at.dispatchEvent(again));
  }
  /** WebKitGTK tells no release of the right button that opened a menu, and then no press of a pointer for the next
   *  left one, only of the mouse: the menu would not hear of it. */
  let pressTold = false;
  const since = performance.now();
  function onmousedown(event: MouseEvent) {
    // Not the rest of the press that opened the menu.
    const untold = !pressTold && event.button === 0 && event.timeStamp > since;
    pressTold = false;
    if (!untold || (event.target instanceof Element && event.target.closest(".layer"))) return;
    event.preventDefault();
    close();
  }
  function onpointerdown(event: PointerEvent) {
    pressTold = true;
    if (event.button !== 0 || event.ctrlKey || event.pointerType === "touch") return;
    const button = below(event)?.closest<HTMLElement>("button[aria-haspopup=menu]");
    if (!button || button === opener || button.ariaExpanded === "true") return;
    next(() => button.click());
  }
  addEventListener("contextmenu", oncontextmenu, true);
  addEventListener("pointerdown", onpointerdown, true);
  addEventListener("mousedown", onmousedown, true);
  return () => {
    removeEventListener("contextmenu", oncontextmenu, true);
    removeEventListener("pointerdown", onpointerdown, true);
    removeEventListener("mousedown", onmousedown, true);
  };
}
