const HOUR_MS = 3_600_000;
export type WindowState = "none" | "open" | "soon" | "last" | "closed";

/** Where a conversation stands in its channel's window; `null` = the channel has none. */
export function windowState(closes_at_ms: number | null, now_ms: number): WindowState {
  if (closes_at_ms === null) return "none";
  const left = closes_at_ms - now_ms;
  if (left <= 0) return "closed";
  if (left <= HOUR_MS) return "last";
  return left <= 4 * HOUR_MS ? "soon" : "open";
}
