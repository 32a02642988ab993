// What a seller sees and does on the board.
import { eventually } from "./flow.mjs";

/** The names in a column, from the top; `name` is the column's. */
export const namesIn = (seller, name) => seller.column(name).locator("[data-lead] .name").allInnerTexts();
export const isIn = (seller, column, names, why) => eventually(() => namesIn(seller, column), names, why);

/** Customers who wrote one after the other: the last one stands on top. */
export async function write(seller, ...people) {
  const { simulator, host } = seller;
  const { intake } = await host.call("get_sale");
  const count = async () => (await host.call("list_cards", { stage_id: intake.id, order: "lifted", offset: 0, limit: 99 })).length;
  for (const who of people) {
    const before = await count();
    await simulator.write(who, `Hola, soy ${who}`);
    // Two leads of one moment would share a place.
    await eventually(count, before + 1, `${who} is a lead`);
  }
}
/** Channels count in seconds: of one second nobody can say who wrote last. */
export const LATER = { after_ms: 2_000 };
export const middle = async (locator) => {
  const box = await locator.boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
};
/** Takes a card in the hand, as a person does: press, a little way, and on. */
export async function grab(page, card) {
  // The cards may close up between the look and the press: then a person takes hold again.
  for (let tries = 0; ; tries++) {
    const [x, y] = await middle(card);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 12, y + 12, { steps: 4 });
    const outcomes = page.locator("[data-outcome]").first();
    const held = await outcomes.waitFor({ timeout: 4_000 }).then(() => true, () => false);
    if (held) return;
    if (tries === 4) await outcomes.waitFor();
    await page.mouse.up();
  }
}
export const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-activedescendant"));
export const undo = (seller, text) =>
  seller.toast.filter({ hasText: text }).getByRole("button", { name: seller.words("undo"), exact: true }).click();

/** The newest lead of a person. */
export async function leadOf(seller, who) {
  const found = await seller.host.call("search", { text: who, line_id: null, conversation_id: null, after: null, limit: 5 });
  const [lead] = await seller.host.call("list_leads_of_contact", { contact_id: found.contacts[0].contact_id });
  return lead;
}
