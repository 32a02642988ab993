// The words that narrow a search, as the help shows them. The app reads them; here they are only offered.
import { m } from "../../paraglide/messages.js";

export interface Operator {
  /** What is put into the box. */
  insert: string;
  /** What it does, in words. */
  means: () => string;
}

export function operators(today: Date, lineName: string | undefined): Operator[] {
  const month = new Date(today.getFullYear(), today.getMonth(), 1);
  const day = `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, "0")}-01`;
  return [
    { insert: '"…"', means: m.search_op_exact },
    { insert: "from:me", means: m.search_op_from_me },
    { insert: "from:them", means: m.search_op_from_them },
    ...(lineName ? [{ insert: `in:${/\s/.test(lineName) ? `"${lineName}"` : lineName}`, means: m.search_op_in }] : []),
    { insert: "has:image", means: m.search_op_has_image },
    { insert: "has:voice", means: m.search_op_has_voice },
    { insert: "has:document", means: m.search_op_has_document },
    { insert: `after:${day}`, means: m.search_op_after },
    { insert: `before:${day}`, means: m.search_op_before },
  ];
}

/** The box with an operator added, and where the cursor goes. */
export function insertOperator(text: string, insert: string): { text: string; cursor: number } {
  const head = text === "" || text.endsWith(" ") ? text : `${text} `;
  if (insert === '"…"') return { text: `${head}""`, cursor: head.length + 1 };
  const next = `${head}${insert} `;
  return { text: next, cursor: next.length };
}
