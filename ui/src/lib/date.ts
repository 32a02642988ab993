import { dateFormat } from "./intl";

/** "4 Mar 2026", in the language on screen. */
export function fullDate(ms: number): string {
  return dateFormat({ dateStyle: "medium" }).format(ms);
}
