// A score in words: what it means is the workspace's to say, but hot stays hot in every list (QUA-06).
import type { Band } from "../backend";
import { m } from "../paraglide/messages.js";
import { scoreBands } from "./bands.svelte";

export const BANDS: readonly Band[] = ["cold", "warm", "hot"];
const USUAL_FROM: Record<Band, number> = { cold: 0, warm: 40, hot: 70 };

const own = (band: Band) => scoreBands().find((one) => one.band === band);

export function bandFrom(band: Band): number {
  return own(band)?.from ?? USUAL_FROM[band];
}
/** The highest score in it. */
export function bandTo(band: Band): number {
  const next = BANDS[BANDS.indexOf(band) + 1];
  return next ? bandFrom(next) - 1 : 100;
}
export function bandOf(score: number): Band {
  return BANDS.find((band) => score <= bandTo(band)) ?? "hot";
}
export function bandName(band: Band): string {
  return own(band)?.name || productBandName(band);
}
export function productBandName(band: Band): string {
  return { cold: m.score_cold, warm: m.score_warm, hot: m.score_hot }[band]();
}
/** A colour of the workspace's own; each theme makes it readable. */
export function bandColor(band: Band): string | undefined {
  return own(band)?.color || undefined;
}
