// What the connect dialog says when the channel or the rules refuse, and under which field.
import { ApiError, type LineId } from "../../backend";
import { errorText } from "../../app/errors";

export interface ConnectProblem {
  field: "token" | "base_url";
  /** In the language of the moment: read again when the language changes. */
  readonly text: string;
  /** The line that already has this account. */
  line_id?: LineId;
}

export function connectProblem(error: unknown): ConnectProblem {
  const { code, params } = ApiError.from(error);
  const upper = code.toUpperCase();
  return {
    field: upper === "BASE_URL" || upper === "NO_HTTPS" ? "base_url" : "token",
    get text() {
      return errorText(error);
    },
    line_id: upper === "LINE_DUPLICATE" && typeof params.line_id === "string" ? params.line_id : undefined,
  };
}

/** A pasted token often carries the words around it: only the token itself is kept. */
export function tokenIn(pasted: string): string {
  return /\d{5,}:[A-Za-z0-9_-]{20,}/.exec(pasted)?.[0] ?? pasted.trim();
}
