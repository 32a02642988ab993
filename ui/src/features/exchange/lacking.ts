// What lists lack of what a file says: named, so that one sees what would be added and where.
import type { CustomField, ImportOptions, ImportPreview, OpenedImport, PreviewProblem } from "../../backend";
import { fold } from "../../app/fuzzy";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

const NAMED = 3;
const IS_LISTED = "field_option";

/** The names of a cell that are no option of the field. A list with several is split as the import splits it. */
export function lackingIn(cell: string, field: CustomField): string[] {
  const has = (name: string) => field.options.some((option) => fold(option.name.trim()) === fold(name));
  const whole = cell.trim();
  if (whole === "" || has(whole)) return [];
  if (field.kind !== "multi_list") return [whole];
  const names = whole.split(/[,;|\n]/).map((name) => name.trim());
  return names.filter(
    (name, at) => name !== "" && !has(name) && names.findIndex((one) => fold(one) === fold(name)) === at,
  );
}

/** The field that a problem is about: by its column in the file, else by its own name. */
export function listOf(
  { problem, column }: Pick<PreviewProblem, "problem" | "column">,
  fields: readonly CustomField[],
  opened: Pick<OpenedImport, "columns"> | undefined,
  mapping: ImportOptions["mapping"],
): CustomField | undefined {
  if (problem !== IS_LISTED) return undefined;
  const is = mapping[opened?.columns.findIndex(({ header }) => header === column) ?? -1];
  const id = is && typeof is !== "string" ? is.field_id : undefined;
  return fields.find((field) => (id === undefined ? field.name === column : field.id === id));
}

/** "Add “Cocinas” to Intereses": what the button does. Empty: no list lacks anything. */
export function addWords(
  preview: Pick<ImportPreview, "problems" | "rows">,
  of: (problem: Pick<PreviewProblem, "problem" | "column">) => CustomField | undefined,
): string {
  const counted = preview.problems.filter(({ problem }) => problem === IS_LISTED);
  if (counted.length === 0) return "";
  const columns = [...new Set(counted.map((one) => of(one)?.name ?? one.column))];
  const wrong = preview.rows.flatMap(({ problems }) => problems).filter(({ problem }) => problem === IS_LISTED);
  const names: string[] = [];
  for (const one of wrong) {
    const field = of(one);
    for (const name of field ? lackingIn(one.value, field) : [one.value])
      if (names.every((other) => fold(other) !== fold(name))) names.push(name);
  }
  const [field, ...others] = columns;
  if (!field || others.length > 0 || names.length === 0)
    return m.import_add_options_fields({ fields: columns.join(", ") });
  const options = names
    .slice(0, NAMED)
    .map((name) => `“${name}”`)
    .join(", ");
  // Rows that are not shown may lack others still.
  const isAll = counted.reduce((sum, { rows }) => sum + rows, 0) <= wrong.length;
  if (!isAll) return m.import_add_options_others({ options, field });
  const more = names.length - NAMED;
  return more > 0
    ? m.import_add_options_more({ options, shown: number(more), field })
    : m.import_add_options({ options, field });
}
