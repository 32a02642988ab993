// Every country with a calling code, read once, and what each is called in the language on screen.
import { call, type Country } from "../backend";
import { intlTag } from "./locale.svelte";

let list = $state.raw<Country[]>([]);
let asked = false;

/** Empty until the app has answered; reading it again then repaints. */
export function countries(): Country[] {
  if (!asked) {
    asked = true;
    call("list_countries").then(
      (found) => (list = found),
      () => (asked = false),
    );
  }
  return list;
}

export function callingCode(code: string): string {
  return countries().find((c) => c.code === code)?.calling_code ?? "";
}

const names = new Map<string, Intl.DisplayNames>();
/** "Brazil", in the language on screen; the code itself where the system has no name. */
export function countryName(code: string): string {
  const tag = intlTag();
  const known = names.get(tag) ?? new Intl.DisplayNames([tag], { type: "region" });
  names.set(tag, known);
  try {
    return known.of(code) ?? code;
  } catch {
    return code;
  }
}
