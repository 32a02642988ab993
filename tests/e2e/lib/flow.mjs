// A flow: a seller with a host of their own in front of a browser, and what they can do and see.
//
// A page that throws, logs an error, asks for anything outside its own host, or asks the same without end fails the
// flow, whatever the flow was about. When a flow fails, what was on screen is kept in test-results/.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close } from "./browser.mjs";
import { PATIENCE_MS, Seller } from "./seller.mjs";

after(close);

/**
 * @param {string} name what a person can do
 * @param {object} options
 *   without `fresh` the workspace exists, with a line to a simulator that the test controls;
 *   `fresh`: nothing exists yet. `language`, `theme`, `settings`, `viewport`, `scale` (pixels of one), `timeout` (ms),
 *   `window_ms` (the line's).
 * @param {(seller: Seller) => Promise<void>} run
 */
export function flow(name, options, run) {
  test(name, { timeout: options.timeout ?? 90_000 }, async () => {
    const seller = new Seller(options);
    try {
      await seller.begin();
      await run(seller);
      seller.noTrouble();
    } catch (error) {
      await seller.keepEvidence(name);
      throw error;
    } finally {
      await seller.end();
    }
  });
}

/** Waits until what is asked of another process is so; nothing tells us when, so it asks again. */
export async function eventually(ask, expected, why) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    try {
      assert.deepEqual(answer, expected, why);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}
