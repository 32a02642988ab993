// A card in the hand: of keys that come fast, and of the mouse while more happens around it.
import assert from "node:assert/strict";
import { focused, grab, isIn, leadOf, middle, undo, write } from "../lib/board.mjs";
import { eventually, flow } from "../lib/flow.mjs";

flow("a key right after M is about the card in the hand, and the keys come back to it after another screen", {}, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz");
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  const intake = words("sale_intake");
  const at = async (who) => `card-${(await leadOf(seller, who)).id}`;
  await eventually(() => focused(page), await at("Dario Paz"), "the first card has the keys");
  // Within one frame, as somebody types who knows the way.
  await page.evaluate(() => {
    for (const key of ["ArrowDown", "m", "ArrowDown", "ArrowDown"])
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  const heard = page.locator(".page > [role=status]");
  await heard.filter({ hasText: words("board_would_land", { stage: intake, place: 4, places: 4 }) }).waitFor();
  await page.keyboard.press("Enter");
  await isIn(seller, intake, ["Dario Paz", "Bruno Dias", "Ana Ruiz", "Carla Mota"], "two below where it was");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await eventually(() => focused(page), await at("Carla Mota"), "it has the keys again");
});

flow("while a card is dragged its line lies over it, the toast waits, and the wheel scrolls what is below", { viewport: { width: 1024, height: 700 } }, async (seller) => {
  const { page, words } = seller;
  const people = Array.from({ length: 12 }, (_, i) => `Cliente ${"abcdefghijkl"[i]}`);
  await write(seller, ...people);
  await seller.board();
  const intake = words("sale_intake");
  const cards = seller.column(intake).getByRole("grid");
  await seller.card("Cliente l").waitFor();
  // Something was done that can be taken back.
  await cards.focus();
  await page.keyboard.press("2");
  const toast = page.locator("[data-toasts]");
  await seller.toast.filter({ hasText: words("marker_name_urgent") }).waitFor();
  const opacity = () => toast.evaluate((place) => getComputedStyle(place).opacity);
  assert.equal(await opacity(), "1", "it is said");

  await grab(page, seller.card("Cliente k"));
  const below = await seller.card("Cliente i").boundingBox();
  await page.mouse.move(below.x + below.width / 2, below.y + 10, { steps: 6 });
  await page.locator(".page > .line").waitFor();
  const over = await page.evaluate(() => {
    const box = (css) => document.querySelector(css).getBoundingClientRect();
    const [line, hand] = [box(".page > .line"), box(".flying")];
    const z = (css) => Number(getComputedStyle(document.querySelector(css)).zIndex);
    return { isOnIt: line.top > hand.top && line.bottom < hand.bottom, isAbove: z(".page > .line") > z(".flying") };
  });
  assert.deepEqual(over, { isOnIt: true, isAbove: true }, "the card lies where it would land, and the line over it");
  assert.equal(await opacity(), "0", "the toast does not stand over the outcomes");

  const scrolled = () => cards.evaluate((grid) => grid.scrollTop);
  const sideways = () => page.locator("[data-sideways]").evaluate((board) => board.scrollLeft);
  assert.deepEqual([await scrolled(), await sideways()], [0, 0], "nothing is scrolled yet");
  await page.mouse.wheel(0, 210);
  await eventually(scrolled, 210, "the wheel turns the column below the hand");
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 120);
  await page.keyboard.up("Shift");
  await eventually(sideways, 120, "with Shift the board");
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await page.locator(".flying").waitFor({ state: "detached" });
  assert.equal(await opacity(), "1", "what was said is there again");
  await undo(seller, words("marker_name_urgent"));
  await eventually(() => page.locator("[data-lead] .marker").count(), 0, "and can be taken back");
});

flow("a card that the keys carry to the last column stays within the window", { viewport: { width: 1024, height: 700 } }, async (seller) => {
  const { page } = seller;
  await write(seller, "Ana Ruiz");
  await seller.board();
  await seller.card("Ana Ruiz").focus();
  await page.keyboard.press("m");
  const columns = await page.locator("[data-stage]").count();
  for (let at = 1; at < columns; at++) await page.keyboard.press("ArrowRight");
  const gap = () =>
    page.evaluate(() => {
      const hand = document.querySelector(".flying").getBoundingClientRect();
      const last = [...document.querySelectorAll("[data-stage]")].at(-1).getBoundingClientRect();
      return { isOverIt: hand.left < last.right && hand.right > last.left, isInside: hand.right <= innerWidth };
    });
  await eventually(gap, { isOverIt: true, isInside: true }, "all of it can be seen");
  await page.keyboard.press("Escape");
});
