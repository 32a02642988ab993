// A button that goes away under its own press takes the focus with it: the browser gives it to the page, where bare
// letters are commands. What is typed next is meant for the chat.

/** `home` puts the focus where one writes; false when there is no such place. Answers whether the focus is lost and
 *  was brought home just now, and the undo. */
export function followFocus(home: () => boolean): { bringHome: () => boolean; stop: () => void } {
  let last: Element | undefined;
  const isLost = () => document.activeElement === document.body && last !== undefined && !last.isConnected;
  const bringHome = () => {
    if (!isLost()) return false;
    last = undefined;
    return home();
  };
  const onfocusin = (event: FocusEvent) => {
    last = event.target as Element;
  };
  // A press beside everything is meant to leave.
  const onpointerdown = (event: PointerEvent) => {
    if (!(event.target as Element).closest("button, [tabindex], input, textarea")) last = undefined;
  };
  // A press that removes its button at once; what goes later is noticed by the next key.
  const onclick = () => void setTimeout(bringHome);
  addEventListener("focusin", onfocusin, true);
  addEventListener("pointerdown", onpointerdown, true);
  addEventListener("click", onclick, true);
  return {
    bringHome,
    stop: () => {
      removeEventListener("focusin", onfocusin, true);
      removeEventListener("pointerdown", onpointerdown, true);
      removeEventListener("click", onclick, true);
    },
  };
}
