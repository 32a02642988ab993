// Where the keys are: what is opened by a key gives the focus back to where one was.
import { leadOf } from "../lib/board.mjs";
import { eventually, flow } from "../lib/flow.mjs";

/** The element that has the focus, and the row or card in it that the keys are on. */
const at = (page) =>
  page.evaluate(() => {
    const has = document.activeElement;
    return [has?.getAttribute("role"), has?.getAttribute("aria-label"), has?.getAttribute("aria-activedescendant")];
  });
const layer = (page) => page.locator(".dialog, .layer, .palette");

for (const [screen, key] of [["inbox", "i"], ["board", "b"], ["leads", "l"], ["directory", "d"]])
  flow(`what a key opens on the ${screen} gives the focus back, closed or done`, { timeout: 180_000 }, async (seller) => {
    const { page, simulator, words } = seller;
    const { keyboard } = page;
    for (const who of ["Ana Ruiz", "Bruno Dias"]) {
      await simulator.write(who, `Soy ${who}`);
      await seller.row(who).waitFor();
    }
    await seller.inboxIsThere();
    await keyboard.press("g");
    await keyboard.press(key);
    if (screen === "inbox") {
      await keyboard.press("j");
      await seller.thread.waitFor();
    }
    await page.locator("[role=grid]:focus").waitFor();
    await keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-activedescendant"));
    const before = await at(page);
    const isBack = (why) => eventually(() => at(page), before, why);
    for (const opens of ["n", "a", "l", "f", "Shift+s", "Shift+l", "?", "Control+k", ...(screen === "board" ? [] : ["m"]), ...(screen === "inbox" ? ["s", "Shift+c"] : [])]) {
      await keyboard.press(opens);
      await layer(page).first().waitFor();
      await page.waitForFunction(() => document.activeElement?.closest(".dialog, .layer, .palette"));
      await keyboard.press("Escape");
      await layer(page).first().waitFor({ state: "detached" });
      await isBack(`${opens}, given up`);
    }
    await keyboard.press("n");
    await page.getByRole("dialog").waitFor();
    await keyboard.type("Prefiere la tarde");
    await keyboard.press("Control+Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await isBack("a note that is kept");
    await keyboard.press("Shift+s");
    await page.getByRole("dialog").waitFor();
    await keyboard.type("70");
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await isBack("a score that is given");
    const scores = async () => (await Promise.all(["Ana Ruiz", "Bruno Dias"].map(async (who) => (await leadOf(seller, who)).state.score?.value))).filter(Boolean);
    await eventually(scores, [70], "and it was given");
    if (screen !== "inbox") return;
    // Who wrote and is done goes on in the list.
    await keyboard.press("r");
    await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
    await keyboard.press("Escape");
    await isBack("out of the composer");
    await seller.palette(words("action_focus_list"));
    await isBack("out of the palette");
  });
