// Words for codes. Every code that the UI may meet has `error_<code>` in the catalogue; an unknown one still
// says something true and keeps the code for Details.
import { ApiError } from "../backend";
import { bytes } from "../lib/numbers";
import { dayAndClock } from "../lib/time";
import { m } from "../paraglide/messages.js";
import { fieldName, reasonName, sourceName, stageOf, statusName } from "./sale.svelte";
import { saleName } from "../lib/sale";

type Words = (inputs: Record<string, unknown>) => string;

export function codeText(code: string, params: Record<string, unknown> = {}): string {
  // A line that is down comes back, and what waits goes then; a removed one does not.
  const gone: Record<string, string> = { REMOVED: "LINE_GONE", HISTORY: "LINE_IS_HISTORY" };
  const name = (code === "LINE_DOWN" && gone[String(params["reason"])]) || code;
  const words = (m as unknown as Record<string, Words | undefined>)[`error_${name.toLowerCase()}`];
  if (words) return words(readable(params));
  // The channel's own numbers: a sentence for people, the number behind Details.
  return code.startsWith("PROVIDER_") ? m.error_rejected() : m.error_unknown({ code });
}

/** The same words as the end of another sentence: "Didn't go: the file is empty." Names keep their capital. */
export function reasonText(code: string, params: Record<string, unknown> = {}): string {
  return asEnd(codeText(code, params));
}
/** Any sentence as the end of another. */
export function asEnd(text: string): string {
  return /^(The|That|This|There|It|You|We|El|La|Los|Las|Eso|Ese|Esa|Este|Esta|Ahora|Algo|Otro|Otra|Ya|No|Todavía|Demasiados|O|A|Os|As|Isso|Esse|Essa|Agora|Outro|Outra|Você|Ainda|Não|Há|Arquivos)\b/u.test(
    text,
  )
    ? text.charAt(0).toLocaleLowerCase() + text.slice(1)
    : text;
}

/** Whether the catalogue has words for a code. */
export function hasWords(code: string): boolean {
  return `error_${code.toLowerCase()}` in m;
}

export function errorText(error: unknown): string {
  const { code, params } = ApiError.from(error);
  return codeText(code, params);
}

/** The ids that a refusal names: a list, or a list as the text that a parameter is. */
export function idsIn(value: unknown): string[] {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return Array.isArray(list) ? list.map(String) : [];
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
    if (name === "field_ids")
      out["fields"] = idsIn(value)
        .map((id) => `“${fieldName(id)}”`)
        .join(", ");
    // Rows of the catalogues are named as they are called now.
    if (typeof value !== "string") continue;
    if (name === "status_id") out["status"] = statusName(value) || undefined;
    else if (name === "source_id") out["source"] = sourceName(value) || undefined;
    else if (name === "field_id") out["field"] = fieldName(value) || undefined;
    else if (name === "reason_id") out["lost_reason"] = reasonName(value) || undefined;
    else if (name === "stage_id") out["stage"] = saleName(stageOf(value) ?? { name: "" }) || undefined;
  }
  return new Proxy(out, { get: (target, name) => (typeof name === "string" ? (target[name] ?? "…") : undefined) });
}
