/** What a command answers when it refuses. `code` picks the words, `params` fill them, `retry` says whether the
 *  same call may succeed later. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly params: Record<string, unknown> = {},
    readonly retry = false,
  ) {
    super(code);
    this.name = "ApiError";
  }

  static from(value: unknown): ApiError {
    if (value instanceof ApiError) return value;
    if (typeof value === "object" && value !== null && "code" in value && typeof value.code === "string") {
      const { code, params, retry } = value as { code: string; params?: Record<string, unknown>; retry?: boolean };
      return new ApiError(code, params ?? {}, retry ?? false);
    }
    return new ApiError("internal", {}, false);
  }
}
