// Options of a list that go, and whether somebody has them.
import type { FieldOf, FieldOption } from "../../backend";
import { contactsOf, leadsOf } from "./counts.svelte";

export interface GoneOption {
  option: FieldOption;
  move_to?: string;
}

/** How many leads or contacts have it, closed leads too; undefined until they were counted. */
export function usesOf(option: FieldOption, of: FieldOf): number | undefined {
  const leads = leadsOf(option.id);
  return leads === undefined || of === "lead" ? leads : contactsOf(option.id);
}
/** Whoever has it needs another one first. As long as nobody knows, it does not go. */
export function goesWithUses({ option }: GoneOption, of: FieldOf): boolean {
  return usesOf(option, of) !== 0;
}
