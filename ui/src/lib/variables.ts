// The fields that a quick reply can carry, by the names that a seller knows.
import { m } from "../paraglide/messages.js";

export interface Variable {
  name: string;
  label: () => string;
}
export const VARIABLES: readonly Variable[] = [
  { name: "contact.first_name", label: m.quick_var_first_name },
  { name: "contact.name", label: m.quick_var_name },
  { name: "contact.phone", label: m.quick_var_phone },
  { name: "contact.email", label: m.quick_var_email },
  { name: "me.name", label: m.quick_var_me },
  { name: "line.name", label: m.quick_var_line },
  { name: "workspace.name", label: m.quick_var_workspace },
];
/** "First name" for contact.first_name; what is not known stays as it is written. */
export function variableName(name: string): string {
  return VARIABLES.find((v) => v.name === name)?.label() ?? name;
}

/** Body text cut into plain pieces and variables, to show them apart. */
export function pieces(body: string): { text: string; variable: boolean }[] {
  return body
    .split(/(\{\{[^{}]*\}\})/)
    .filter((text) => text !== "")
    .map((text) =>
      /^\{\{[^{}]*\}\}$/.test(text)
        ? { text: text.slice(2, -2).split("|")[0]!.trim(), variable: true }
        : { text, variable: false },
    );
}

/** Fields of a quick reply that nobody has filled, in words; "" when there are none. */
export function missingVariables(text: string): string {
  const names = [...text.matchAll(/\{\{\s*([\w.]+)[^}]*\}\}/g)].map((found) => found[1] ?? "");
  return [...new Set(names)].map(variableName).join(", ");
}
