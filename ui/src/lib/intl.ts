// Formatters of the language on screen, made once: making one costs as much as a hundred uses, and a list makes
// dozens in one frame.
import { intlTag } from "../app/locale.svelte";

const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(dates, options, (tag) => new Intl.DateTimeFormat(tag, options));
}
export function numberFormat(options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return kept(numbers, options, (tag) => new Intl.NumberFormat(tag, options));
}

function kept<T>(of: Map<string, T>, options: object, make: (tag: string) => T): T {
  const tag = intlTag();
  const key = tag + JSON.stringify(options);
  let found = of.get(key);
  if (!found) of.set(key, (found = make(tag)));
  return found;
}
