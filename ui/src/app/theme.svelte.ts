// Light, dark or the system's. `<html data-theme>` always holds the resolved one, so CSS needs one dark block.
export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

let theme = $state<Theme>("system");
let density = $state<Density>("comfortable");
let systemDark = $state(false);

const query = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : undefined;
systemDark = query?.matches ?? false;
query?.addEventListener("change", (event) => {
  systemDark = event.matches;
  paint();
});

function paint() {
  document.documentElement.dataset.theme = resolvedTheme();
  document.documentElement.dataset.density = density;
}

export function currentTheme(): Theme {
  return theme;
}
export function resolvedTheme(): "light" | "dark" {
  if (theme === "system") return systemDark ? "dark" : "light";
  return theme;
}
export function currentDensity(): Density {
  return density;
}
export function showTheme(next: Theme): void {
  theme = next;
  paint();
}
export function showDensity(next: Density): void {
  density = next;
  paint();
}
