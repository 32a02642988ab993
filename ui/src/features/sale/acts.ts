// Changes of the catalogues. What was kept is read back before the page goes on, so that nothing jumps.
import { ApiError, type Done } from "../../backend";
import { act, offerUndo } from "../../app/act";
import { errorText } from "../../app/errors";
import { inTurn } from "../../app/sale-settings";
import { readCounts } from "./counts.svelte";

/** Null when it was done, else why not. `run` reads what it saves by itself. `again`: what else shows it. */
export async function keep(
  label: string,
  run: () => Promise<Done>,
  again: () => Promise<void> = readCounts,
): Promise<{ code: string; text: string } | null> {
  try {
    const done = await inTurn(run, again);
    offerUndo(label, done.undo);
    return null;
  } catch (error) {
    return { code: ApiError.from(error).code, text: errorText(error) };
  }
}

/** As `keep`, where a refusal has no place of its own. */
export function keepOrTell(
  label: string,
  run: () => Promise<Done>,
  again: () => Promise<void> = readCounts,
): Promise<boolean> {
  return act(label, () => inTurn(run, again));
}
