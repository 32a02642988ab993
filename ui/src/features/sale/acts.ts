// Changes of the catalogues. What was kept is read back before the page goes on, so that nothing jumps.
import { ApiError, type Done } from "../../backend";
import { offerUndo, tell } from "../../app/act";
import { errorText } from "../../app/errors";
import { readSale } from "../../app/sale.svelte";
import { readCounts } from "./counts.svelte";

/** Null when it was done, else why not. */
export async function keep(label: string, run: () => Promise<Done>): Promise<{ code: string; text: string } | null> {
  try {
    const done = await run();
    await Promise.all([readSale(), readCounts()]);
    offerUndo(label, done.undo);
    return null;
  } catch (error) {
    return { code: ApiError.from(error).code, text: errorText(error) };
  }
}

/** As `keep`, where a refusal has no place of its own. */
export async function keepOrTell(label: string, run: () => Promise<Done>): Promise<boolean> {
  try {
    const done = await run();
    await Promise.all([readSale(), readCounts()]);
    offerUndo(label, done.undo);
    return true;
  } catch (error) {
    tell(error);
    return false;
  }
}
