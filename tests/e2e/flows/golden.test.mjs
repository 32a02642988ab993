// Golden scenarios that go over several screens. Golden 29 walks every screen and is in looks.test.mjs.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";
import { words as catalogue } from "../lib/words.mjs";

// 1,280 × 800 at 200 %, without a pointer: what a person does who has neither the sight nor the hand for one.
flow("golden 28: from a customer's first message to a lead that is won, by keys alone at 200 %", { viewport: { width: 640, height: 400 } }, async (seller) => {
  const { page, host, simulator, words } = seller;
  await page.evaluate(() => {
    for (const kind of ["pointerdown", "mousedown", "click"]) {
      // A press of Enter is told as a click without a pointer.
      addEventListener(kind, (event) => event.detail > 0 && console.error(`the flow used a ${kind}`), true);
    }
  });
  const spoken = [];
  await page.exposeFunction("heard", (text) => spoken.push(text));
  await page.evaluate(() => {
    const tell = () => {
      for (const live of document.querySelectorAll("[role=status], [aria-live=polite]")) {
        const text = live.textContent.trim();
        if (text && text !== live.told) window.heard((live.told = text));
      }
    };
    new MutationObserver(tell).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

  // What is told to a page that is not there yet is heard by nobody.
  await page.getByRole("navigation", { name: words("rail_label") }).waitFor();
  await simulator.write("Maria Lima", "Vocês têm azul?");
  const row = seller.row("Maria Lima");
  await row.waitFor();
  await eventually(() => spoken.filter((text) => text.includes("Maria Lima")).length > 0, true, "a screen reader hears who wrote");
  const label = (await row.getAttribute("aria-label")) ?? (await row.innerText());
  assert.match(label, /Maria Lima/, "the row says whose it is");

  await page.keyboard.press("j");
  await page.getByRole("heading", { name: "Maria Lima", exact: true }).waitFor();
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.type("Temos, sim!");
  await page.keyboard.press("Enter");
  await seller.bubble("Temos, sim!").waitFor();
  await eventually(async () => (await leadOf(seller)).state.status_id, await statusId(host, "contacted"), "answered: Contacted by itself");
  await page.keyboard.press("Escape");

  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await seller.card("Maria Lima").waitFor();
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute("aria-activedescendant")), `card-${(await leadOf(seller)).id}`, "the card has the keys");
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await seller.column(words("sale_new")).locator("[data-lead]").waitFor();
  const heard = page.locator(".page > [role=status]");
  await heard.filter({ hasText: "Maria Lima" }).waitFor();
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), "nothing is beside the window");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: words("palette_placeholder") }).waitFor();
  await page.keyboard.type(words("lead_action_won"));
  await page.getByRole("option", { name: words("lead_action_won") }).first().waitFor();
  await page.keyboard.press("Enter");
  await seller.card("Maria Lima").waitFor({ state: "detached" });
  await eventually(async () => (await leadOf(seller)).state.closed?.category, "won", "it is won");
});

/** The lead of the one who wrote. */
async function leadOf({ host }) {
  const { cards } = await host.call("list_leads", { filter: {}, sort: "number", offset: 0, limit: 1 });
  return cards[0].lead;
}
async function statusId(host, code) {
  return (await host.call("get_sale")).statuses.find((status) => status.code === code).id;
}

flow("with customers in them the inbox and the board follow the language live, whole and without a clipped button at 1,024 px", { viewport: { width: 1024, height: 700 }, settings: { undo_send_s: 0 } }, async (seller) => {
  const { page, simulator } = seller;
  await simulator.write("Maria Lima", "Oi");
  await seller.openChat("Maria Lima");
  const screens = ["i", "b"];
  for (const language of ["es", "pt", "en"]) {
    await seller.host.call("update_settings", { language });
    const text = catalogue(language);
    await page.getByRole("navigation", { name: text("rail_label") }).waitFor();
    for (const key of screens) {
      await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.getByRole(key === "b" ? "heading" : "grid").first().waitFor();
      const found = await page.evaluate(() => {
        const wrong = [];
        for (const button of document.querySelectorAll("button, [role=tab], [role=menuitem]")) {
          const box = button.getBoundingClientRect();
          if (box.width === 0 || getComputedStyle(button).visibility === "hidden") continue;
          // On the rail a count stands over the corner of its sign.
          const name = button.textContent.trim() || button.getAttribute("aria-label") || "?";
          if (!button.matches("nav *") && button.scrollWidth > button.clientWidth + 1 && getComputedStyle(button).textOverflow !== "ellipsis" && !button.querySelector(".ellipsis")) wrong.push(`${name} is clipped`);
          if (box.right > innerWidth + 1 && !button.closest("[data-sideways], [role=grid]")) wrong.push(`${name} is beside the window`);
        }
        // A key that no catalogue has words for would stand as it is.
        for (const key of document.body.innerText.match(/\b[a-z]+(?:_[a-z0-9]+){1,}\b/g) ?? []) wrong.push(`${key} is a key`);
        return wrong;
      });
      assert.deepEqual(found, [], `${language}, g ${key}`);
    }
  }
});
