// A score in words: what it means is the seller's to say, but hot stays hot in every list (QUA-06).
import { m } from "../paraglide/messages.js";

export type Band = "cold" | "warm" | "hot";
export const BANDS: readonly { band: Band; min: number; max: number }[] = [
  { band: "cold", min: 0, max: 39 },
  { band: "warm", min: 40, max: 69 },
  { band: "hot", min: 70, max: 100 },
];

export function bandOf(score: number): Band {
  return BANDS.find(({ max }) => score <= max)?.band ?? "hot";
}
export function bandName(band: Band): string {
  return { cold: m.score_cold, warm: m.score_warm, hot: m.score_hot }[band]();
}
