// Where the person is. Screens are few and the window has no address bar, so this is state, not a URL.
export type Screen = "inbox" | "board" | "leads" | "agenda" | "directory" | "settings";

let screen = $state<Screen>("inbox");
let section = $state("language");
/** Where one works: settings are left for it. */
let workplace: Screen = "inbox";

export function currentScreen(): Screen {
  return screen;
}
export function go(next: Screen): void {
  screen = next;
  if (next !== "settings") workplace = next;
}
export function goBack(): void {
  go(workplace);
}
export function settingsSection(): string {
  return section;
}
export function goSettings(next?: string): void {
  if (next) section = next;
  screen = "settings";
}
