/** Whether a dialog, menu or popover is open: then the keys are its own. */
export function layerOpen(): boolean {
  return document.querySelector(".dialog, .layer, .palette") !== null;
}
