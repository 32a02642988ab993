// Whether the third-party notices are shown on the page about the app; the palette may ask for them.
let shown = $state(false);
export function noticesShown(): boolean {
  return shown;
}
export function showNotices(is: boolean): void {
  shown = is;
}
