// The fields that a quick reply can carry. The app fills them; here they are offered, and a misspelt one is said
// before it is saved.
import { VARIABLES } from "../../lib/variables";

const KNOWN = new Set([...VARIABLES.map((v) => v.name), "me.first_name"]);

/** Names in {{…}} that nothing fills, each once, in order. */
export function unknownVariables(body: string): string[] {
  const found: string[] = [];
  for (const [, inside = ""] of body.matchAll(/\{\{([^{}]*)\}\}/g)) {
    const name = inside.split("|")[0]!.trim();
    if (!KNOWN.has(name) && !found.includes(name)) found.push(name);
  }
  return found;
}

/** The text with a variable put in place of a selection, and what to select then: its fallback, to be overwritten;
 *  without one the place behind it. */
export function insertVariable(
  body: string,
  from: number,
  to: number,
  name: string,
  fallback: string,
): { body: string; from: number; to: number } {
  const before = body.slice(0, from);
  if (fallback === "") {
    const inserted = `{{${name}}}`;
    return { body: before + inserted + body.slice(to), from: from + inserted.length, to: from + inserted.length };
  }
  const head = `${before}{{${name}|`;
  return { body: `${head}${fallback}}}${body.slice(to)}`, from: head.length, to: head.length + fallback.length };
}

/** A shortcut made of a title while none was typed: "Datos de pago" → "datos-de-pago". */
export function shortcutFrom(title: string): string {
  return title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_-]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 32);
}
