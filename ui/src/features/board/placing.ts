// How a card stands where it was put, and where there is room for several.
import type { CardView, LeadId, Stage } from "../../backend";
import { exactNow } from "../../app/clock.svelte";
import { between } from "../../lib/place";
import type { Column } from "./column.svelte";

/** As it is once it stands in a stage, at a place there. */
export function inStage(card: CardView, stage: Stage, key: string): CardView {
  const { state } = card.lead;
  return {
    ...card,
    board_key: key,
    lead: {
      ...card.lead,
      state: {
        ...state,
        stage_id: stage.id,
        position: key,
        stage_since_ms: state.stage_id === stage.id ? state.stage_since_ms : exactNow(),
        status_id: stage.bound_status_id ?? state.status_id,
      },
    },
  };
}

/** A place before the card at `index` for these, which themselves count for nothing. Undefined: on top, or where it
 *  can't be told from what is in view. */
export function placeFor(
  to: Column,
  index: number,
  moved: ReadonlySet<LeadId>,
  keyOf: (card: CardView) => string,
): string | undefined {
  const isMoved = (at: number) => moved.has(to.at(at)?.lead.id ?? "");
  let before = index - 1;
  while (before >= 0 && isMoved(before)) before -= 1;
  const low = before < 0 ? undefined : to.at(before);
  if (before >= 0 && !low) return undefined;
  const floor = low && keyOf(low);
  // Between cards of one place there is no room: it is behind them.
  const isFull = (card: CardView | undefined) => floor !== undefined && card !== undefined && keyOf(card) <= floor;
  let after = index;
  while (after < to.count && (isMoved(after) || isFull(to.at(after)))) after += 1;
  const high = to.at(after);
  if (after < to.count && !high) return undefined;
  // On top of another column is where a card comes anyway; in its own it has to be said.
  const isHome = to.rows.some(({ lead }) => moved.has(lead.id));
  return floor === undefined && !isHome ? undefined : between(floor, high && keyOf(high));
}
