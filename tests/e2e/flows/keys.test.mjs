// The keyboard, the palette, and how it looks: all of it live.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";
import { words as catalogue } from "../lib/words.mjs";

flow("keys walk the list, reply, close, search and take back", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Ana Uno", "Beto Dos", "Caro Tres"]) {
    await simulator.write(who, `Soy ${who}`);
    await seller.row(who).waitFor();
  }
  const open = (who) => page.getByRole("heading", { level: 2, name: who }).waitFor();
  const names = await page.getByRole("row").locator(".name").allTextContents();
  assert.equal(names.length, 3, "three people wrote");
  await page.keyboard.press("j");
  await open(names[0].trim());
  await page.keyboard.press("j");
  await open(names[1].trim());
  await page.keyboard.press("k");
  await open(names[0].trim());

  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.type("jkeu/");
  assert.equal(await seller.composer.inputValue(), "jkeu/", "keys rest while one writes");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Escape");

  await page.keyboard.press("e");
  await seller.row(names[0].trim()).waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await seller.row(names[0].trim()).waitFor();

  await page.keyboard.press("/");
  const box = page.getByRole("combobox", { name: words("search"), exact: true });
  await page.waitForFunction((input) => document.activeElement === input, await box.elementHandle());
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: words("help_title") }).waitFor();
});

flow("the palette does what it is asked and says why it can't", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox", { name: words("palette_placeholder") });
  await box.fill(words("action_close"));
  const close = page.getByRole("option", { name: words("action_close") }).first();
  await close.filter({ hasText: words("reason_no_chat") }).waitFor();
  assert.equal(await close.getAttribute("aria-disabled"), "true", "nothing is open to close");
  await page.keyboard.press("Escape");
  await seller.openChat("Bruno Dias");
  await seller.palette(words("action_close"));
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
});

flow("another language keeps the draft, the focus and the place in the list and the chat", {}, async (seller) => {
  const { page, simulator, host } = seller;
  for (let i = 0; i < 40; i++) await simulator.write("María Peña", `línea ${i}`);
  await seller.openChat("María Peña");
  await seller.toBottom();
  await seller.bubble("línea 39").waitFor();
  await seller.composer.fill("a medias");
  await seller.thread.evaluate((log) => (log.scrollTop = Math.round(log.scrollHeight / 3)));
  const before = await seller.thread.evaluate((log) => log.scrollTop);
  await host.call("update_settings", { language: "pt" });
  const pt = catalogue("pt");
  await page.getByRole("textbox", { name: pt("write_to", { name: "María Peña" }) }).waitFor();
  assert.equal(await seller.composer.inputValue(), "a medias", "the draft stays");
  assert.ok(await seller.composer.evaluate((field) => field === document.activeElement), "and the focus");
  const after = await seller.thread.evaluate((log) => log.scrollTop);
  assert.ok(Math.abs(after - before) <= 2, `and the place in the chat (${before} → ${after})`);
  assert.equal(await page.locator("html").getAttribute("lang"), "pt-BR", "and the page says its language");
});

flow("light and dark change at once and are kept", {}, async (seller) => {
  const { page, words, host } = seller;
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByText(words("empty_open"), { exact: true }).waitFor();
  const light = await ground();
  await seller.palette(words("action_theme_dark"));
  await page.waitForFunction((was) => getComputedStyle(document.body).backgroundColor !== was, light);
  const dark = await ground();
  await eventually(async () => (await host.call("get_app_state")).theme, "dark", "it is kept");
  await page.reload();
  await page.getByText(words("empty_open"), { exact: true }).waitFor();
  assert.equal(await ground(), dark, "and there after a reload, also where the system is light");
});

flow("a key is given to another action and works", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await page.keyboard.press("Escape");
  await host.call("update_settings", { keys: { "conversation.close": "q" } });
  await seller.settings(words("settings_keys"));
  await page.getByRole("listitem").filter({ hasText: words("action_close") }).first().getByText("Q", { exact: true }).waitFor();
  await seller.inbox();
  await page.keyboard.press("q");
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
});

flow("the screen locks by a PIN, hides everything, and opens by it alone", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  await seller.settings(words("pin_box"));
  await page.getByLabel(words("pin_lock"), { exact: true }).click();
  await page.getByRole("option", { name: words("pin_after", { count: 5 }), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: words("pin_choose_title") });
  await dialog.getByLabel(words("pin_new"), { exact: true }).fill("2468");
  await dialog.getByLabel(words("pin_again"), { exact: true }).fill("2486");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.getByRole("alert").filter({ hasText: words("pin_differs") }).waitFor();
  await dialog.getByLabel(words("pin_again"), { exact: true }).fill("2468");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });

  await seller.inbox();
  await seller.openChat("Bruno Dias");
  await seller.palette(words("action_no_reply"));
  const toast = page.getByRole("button", { name: words("undo"), exact: true });
  await toast.waitFor();
  await eventually(
    async () => JSON.parse((await host.call("get_ui_state", { key: "window" })) ?? "{}").chosen?.length > 0,
    true,
    "the window's memory knows the chat",
  );
  await page.keyboard.press("Control+Shift+l");
  const title = page.getByRole("heading", { level: 1, name: words("pin_locked_title") });
  await title.waitFor();
  assert.equal(await page.getByText("Bruno Dias").count(), 0, "no customer is on the screen");
  assert.equal(await toast.count(), 0, "and nothing that was done can be taken back from here");
  await page.reload();
  await title.waitFor();
  const field = page.getByLabel(words("pin"), { exact: true });
  await field.fill("1111");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: words("error_wrong_pin") }).waitFor();
  await field.fill("2468");
  await page.keyboard.press("Enter");
  await seller.composer.waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
});
