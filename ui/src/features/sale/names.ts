// Names of what people sell with. A row that came with the product keeps its word in every language until somebody
// gives it a name of its own.
import { fold as plain } from "../../app/fuzzy";
import { saleName, type Named } from "../../lib/sale";

const fold = (text: string) => plain(text).split(/\s+/).filter(Boolean).join(" ");

export const MAX_NAME = 40;
export const MAX_FUNNELS = 20;
export const MAX_STAGES = 30;

export interface Row extends Named {
  id: string;
  /** Where the hub counts its catalogue. */
  number?: number | null;
}

/** What is kept of a name that was typed: nothing where it is still the product's own word. */
export function nameToSave(row: Named, typed: string): string {
  const name = typed.trim();
  return row.code && name === saleName({ code: row.code, name: "" }) ? "" : name;
}

/** The other row that is called so on screen, whatever its case and accents. */
export function takenBy<T extends Row>(rows: readonly T[], id: string, typed: string): T | undefined {
  const wanted = fold(typed);
  return wanted === "" ? undefined : rows.find((row) => row.id !== id && fold(saleName(row)) === wanted);
}

/** Rows whose name has the words that were typed. */
export function named<T extends Named>(rows: readonly T[], query: string): T[] {
  const words = fold(query);
  return rows.filter((row) => fold(saleName(row)).includes(words));
}
