// Words for codes. Every code that the UI may meet has `error_<code>` in the catalogue; an unknown one still
// says something true and keeps the code for Details.
import { ApiError } from "../backend";
import { bytes } from "../lib/numbers";
import { dayAndClock } from "../lib/time";
import { m } from "../paraglide/messages.js";

type Words = (inputs: Record<string, unknown>) => string;

export function codeText(code: string, params: Record<string, unknown> = {}): string {
  const words = (m as unknown as Record<string, Words | undefined>)[`error_${code.toLowerCase()}`];
  return words ? words(readable(params)) : m.error_unknown({ code });
}

/** Whether the catalogue has words for a code. */
export function hasWords(code: string): boolean {
  return `error_${code.toLowerCase()}` in m;
}

export function errorText(error: unknown): string {
  const { code, params } = ApiError.from(error);
  return codeText(code, params);
}

/** Sizes and moments become words; a reason that is itself a code becomes its words. A parameter that a sentence
 *  wants and the error lacks is an ellipsis, never "undefined". */
function readable(params: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    if (name.endsWith("_bytes")) out[name] = bytes(Number(value));
    else if (name.endsWith("_ms")) out[name] = dayAndClock(Number(value));
    else if (name === "reason" && typeof value === "string" && hasWords(`line_${value}`))
      out[name] = codeText(`line_${value}`);
    else out[name] = value;
  }
  return new Proxy(out, { get: (target, name) => (typeof name === "string" ? (target[name] ?? "…") : undefined) });
}
