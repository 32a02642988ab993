import { intlTag } from "../app/locale.svelte";

/** "4 Mar 2026", in the language on screen. */
export function fullDate(ms: number): string {
  return new Intl.DateTimeFormat(intlTag(), { dateStyle: "medium" }).format(ms);
}
