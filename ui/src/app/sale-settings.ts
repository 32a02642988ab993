// What the workspace sells by is kept whole, and changed at several places (Selling, Conversations, the first amount of
// money): each change is made to what stands there when its turn comes, and changes nothing else.
import { call, type Done, type SaleSettings } from "../backend";
import { readSale, sale } from "./sale.svelte";

let turn: Promise<unknown> = Promise.resolve();
/** One change of the catalogues or these settings after the other: what one is saved with is read when its turn comes,
 *  after the change before it was read back. Two fields of one row that are typed quickly would else each save the other
 *  as it was. `again`: what else shows it. */
export function inTurn(run: () => Promise<Done>, again?: () => Promise<void>): Promise<Done> {
  const mine = turn.then(async () => {
    const done = await run();
    await Promise.all([readSale(), again?.()]);
    return done;
  });
  turn = mine.catch(() => undefined);
  return mine;
}

/** To be run in its turn. */
export function putSaleSettings(change: Partial<SaleSettings>): Promise<Done> {
  return call("save_sale_settings", { settings: { ...sale()!.settings, ...change } });
}
