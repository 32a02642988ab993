// Where the person is. Screens are few and the window has no address bar, so this is state, not a URL.
export type Screen = "inbox" | "settings";

let screen = $state<Screen>("inbox");
let section = $state("language");

export function currentScreen(): Screen {
  return screen;
}
export function go(next: Screen): void {
  screen = next;
}
export function settingsSection(): string {
  return section;
}
export function goSettings(next?: string): void {
  if (next) section = next;
  screen = "settings";
}
