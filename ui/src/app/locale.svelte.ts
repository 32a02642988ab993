// The language on screen. Paraglide asks `getLocale` on every message; answering from a `$state` makes each
// message in a template re-render by itself, so a switch keeps drafts, focus and scroll.
import { overwriteGetLocale, overwriteSetLocale, type Locale } from "../paraglide/runtime.js";

export const LOCALES: readonly Locale[] = ["en", "es", "pt"];
/** Names of the languages, each in its own. */
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", es: "Español", pt: "Português" };

let current = $state<Locale>("en");

/** The first of the system's languages that we speak; English when none is. */
export function guessLocale(languages: readonly string[] = navigator.languages): Locale {
  for (const language of languages) {
    const code = language.toLowerCase().split("-")[0];
    const known = LOCALES.find((l) => l === code);
    if (known) return known;
  }
  return "en";
}

export function isLocale(value: unknown): value is Locale {
  return typeof value === "string" && (LOCALES as readonly string[]).includes(value);
}

export function locale(): Locale {
  return current;
}

export function showLocale(next: Locale): void {
  current = next;
  document.documentElement.lang = intlTag();
}

/** The tag for dates and numbers: Latin American Spanish, Brazilian Portuguese. */
export function intlTag(): string {
  return { en: "en", es: "es-419", pt: "pt-BR" }[current];
}

overwriteGetLocale(() => current);
overwriteSetLocale((next) => showLocale(next as Locale));

export type { Locale };
