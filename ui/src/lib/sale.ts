// The words of what a workspace sells with. A row that came with the product has a code and no name until a person
// gives it one, so it reads in the language of whoever looks.
import type { Marker } from "../backend";
import { channelName, channelOf } from "./channel";
import { markerLook } from "./markers.svelte";
import { number } from "./numbers";
import { m } from "../paraglide/messages.js";

/** A lead status, stage, funnel, source or lost reason. */
export interface Named {
  code?: string | null;
  name: string;
}

const WORDS: Record<string, () => string> = {
  new: m.sale_new,
  contacted: m.sale_contacted,
  qualifying: m.sale_qualifying,
  qualified: m.sale_qualified,
  follow_up: m.sale_follow_up,
  converted: m.sale_converted,
  lost: m.sale_lost,
  archived: m.sale_archived,
  intake: m.sale_intake,
  sales: m.sale_sales,
  telegram_bot: () => channelName(channelOf("telegram_bot")),
  simulator: () => channelName(channelOf("simulator")),
  manual: m.sale_manual,
  import: m.sale_import,
  price: m.sale_price,
  no_answer: m.sale_no_answer,
  competitor: m.sale_competitor,
  not_a_fit: m.sale_not_a_fit,
  other: m.sale_other,
};

/** What a row is called on screen. One that a newer program brought is called by its code. */
export function saleName({ name, code }: Named): string {
  return name || (code ? (WORDS[code]?.() ?? code) : "");
}

/** In the order of the keys 1 to 6. */
export const MARKERS: readonly Marker[] = ["none", "urgent", "important", "pending", "stuck", "done"];

const MARKER_SIGNS: Record<Marker, string> = {
  // As a letter: in a sentence it has the colour of the words, and is seen on any ground.
  none: "\u25fb\ufe0e",
  urgent: "🔥",
  important: "⭐",
  pending: "⏳",
  stuck: "🧊",
  done: "✅",
};
export function productMarkerSign(marker: Marker): string {
  return MARKER_SIGNS[marker];
}
/** As the workspace has it. */
export function markerSign(marker: Marker): string {
  return markerLook(marker)?.sign || MARKER_SIGNS[marker];
}
export function markerName(marker: Marker): string {
  return markerLook(marker)?.name || productMarkerName(marker);
}
export function productMarkerName(marker: Marker): string {
  return {
    none: m.marker_name_none,
    urgent: m.marker_name_urgent,
    important: m.marker_name_important,
    pending: m.marker_name_pending,
    stuck: m.marker_name_stuck,
    done: m.marker_name_done,
  }[marker]();
}

/** "14 leads", "No leads". */
export function leadsText(count: number): string {
  return count === 0 ? m.board_no_leads() : m.board_leads({ count, shown: number(count) });
}
