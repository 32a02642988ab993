// A button that goes away by its own press takes the focus with it: the browser gives it to the page, where bare
// letters are commands. What is typed next is meant for the chat.

/** `home` puts the focus where one writes; false when there is no such place. `bringHome` does so if the focus is lost,
 *  and answers whether it did. */
export function followFocus(home: () => boolean): { bringHome: () => boolean; stop: () => void } {
  let pressed: Element | undefined;
  const bringHome = () => {
    if (document.activeElement !== document.body || !pressed || pressed.isConnected) return false;
    pressed = undefined;
    return home();
  };
  const onclick = (event: MouseEvent) => {
    pressed = (event.target as Element).closest("button") ?? undefined;
    // What goes at once; what goes later is noticed by the next key.
    setTimeout(bringHome);
  };
  // Whoever goes on somewhere else is not lost.
  const elsewhere = (event: Event) => {
    if (!pressed?.contains(event.target as Element)) pressed = undefined;
  };
  addEventListener("click", onclick, true);
  addEventListener("focusin", elsewhere, true);
  addEventListener("pointerdown", elsewhere, true);
  return {
    bringHome,
    stop: () => {
      removeEventListener("click", onclick, true);
      removeEventListener("focusin", elsewhere, true);
      removeEventListener("pointerdown", elsewhere, true);
    },
  };
}
