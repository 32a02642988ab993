// Lines that go and come, and a bot that is connected by its token.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";
import { TelegramFake } from "../lib/telegram.mjs";

flow("without a connection messages wait, show in the outbox and leave in order, once", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await simulator.write("Carla Ruiz", "Hola");
  await seller.openChat("Bruno Dias");
  await simulator.faults({ offline: true });
  await page.getByRole("button", { name: words("status_line_trouble", { name: "Shop", reason: words("error_line_network") }) }).waitFor();

  for (const text of ["um", "dois", "três"]) await seller.send(text);
  await seller.openChat("Carla Ruiz");
  await seller.send("cuatro");
  await page.getByRole("button", { name: words("status_waiting", { count: 4 }) }).click();
  const outbox = page.getByRole("dialog", { name: words("outbox_title") });
  await outbox.getByRole("listitem").nth(3).waitFor();
  assert.deepEqual(
    (await outbox.locator("li .text").allTextContents()).map((text) => text.trim()).sort(),
    ["cuatro", "dois", "três", "um"],
    "everything that waits is named",
  );
  await page.keyboard.press("Escape");

  // Everything still reads while nothing is reached, also after the app was killed.
  await seller.powerCut();
  await seller.openChat("Bruno Dias");
  await seller.bubble("três").waitFor();
  await page.getByRole("button", { name: words("status_waiting", { count: 4 }) }).waitFor();
  await simulator.faults({ offline: false });
  await eventually(() => simulator.received("Bruno Dias"), ["um", "dois", "três"], "in order, once");
  await eventually(() => simulator.received("Carla Ruiz"), ["cuatro"], "and so in every chat");
  await page.getByText(words("status_lines", { connected: 1, count: 1 })).waitFor();
  await page.getByRole("button", { name: words("status_waiting", { count: 4 }) }).waitFor({ state: "detached" });
});

flow("a wrong Telegram token is refused with words that help", {}, async (seller) => {
  const { page, words } = seller;
  const telegram = await TelegramFake.start({ token: "123456789:AAFright-token-of-our-own-bot_00" });
  try {
    await seller.settings(words("lines"));
    await page.getByRole("button", { name: words("lines_connect_title") }).click();
    const dialog = page.getByRole("dialog", { name: words("lines_connect_title") });
    await dialog.getByLabel(words("lines_token"), { exact: true }).fill("hello");
    await dialog.getByText(words("lines_advanced")).click();
    await dialog.getByLabel(words("lines_base_url")).fill(telegram.url);
    await dialog.getByRole("button", { name: words("lines_check") }).click();
    await dialog.getByRole("alert").filter({ hasText: words("error_token_shape") }).waitFor();
    await dialog.getByLabel(words("lines_token"), { exact: true }).fill("123456789:AAFwrong-token-of-another-bot_000");
    await dialog.getByRole("button", { name: words("lines_check") }).click();
    await dialog.getByRole("alert").filter({ hasText: words("error_unauthorized") }).waitFor();
    assert.equal(telegram.polls, 0, "nothing was connected");
  } finally {
    await telegram.stop();
  }
});

flow("a Telegram bot is connected by its token, receives and answers", {}, async (seller) => {
  const { page, words, host } = seller;
  const token = "123456789:AAFright-token-of-our-own-bot_00";
  const telegram = await TelegramFake.start({ token });
  try {
    await seller.settings(words("lines"));
    await page.getByRole("button", { name: words("lines_connect_title") }).click();
    const dialog = page.getByRole("dialog", { name: words("lines_connect_title") });
    // As it is pasted from a chat: with the words around it.
    await dialog.getByLabel(words("lines_token"), { exact: true }).fill(`Use this token: ${token}`);
    await dialog.getByText(words("lines_advanced")).click();
    await dialog.getByLabel(words("lines_base_url")).fill(telegram.url);
    await dialog.getByRole("button", { name: words("lines_check") }).click();
    await dialog.getByText("Muebles Ana").first().waitFor();
    await dialog.getByLabel(words("lines_name")).fill("Bot");
    await dialog.getByRole("button", { name: words("lines_connect"), exact: true }).click();
    await dialog.getByText(words("lines_connected", { name: "Bot" })).waitFor();
    await dialog.getByRole("button", { name: words("done"), exact: true }).click();
    await seller.inbox();

    telegram.write({ id: 77, first_name: "Lucía", username: "lucia" }, "¿Abren el sábado?");
    await seller.openChat("Lucía");
    await seller.bubble("¿Abren el sábado?").waitFor();
    await seller.send("Sí, de 10 a 14.");
    await eventually(() => telegram.sent, [{ chat_id: 77, text: "Sí, de 10 a 14." }], "it reaches Telegram, once");
    const report = JSON.stringify([await host.call("list_lines"), await host.call("get_report"), await host.call("get_diagnostics")]);
    assert.ok(!report.includes("AAFright"), "the token is shown nowhere");
    assert.ok(!(await page.content()).includes("AAFright"), "nor does the page keep it");
  } finally {
    await telegram.stop();
  }
});

flow("a disconnected line can be read and not written to, and connects again", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  await seller.settings(words("lines"));
  await page.getByRole("listitem").getByRole("button").filter({ hasText: "Shop" }).click();
  await page.getByRole("button", { name: words("lines_disconnect"), exact: true }).click();
  await page.getByText(words("lines_state_on_purpose")).first().waitFor();
  await seller.inbox();
  await seller.openChat("Bruno Dias");
  await page.getByText(words("locked_line", { line: "Shop", reason: words("error_line_on_purpose") })).waitFor();
  await page.getByRole("button", { name: words("line_reconnect_now"), exact: true }).click();
  await page.getByText(words("locked_line", { line: "Shop", reason: words("error_line_on_purpose") })).waitFor({ state: "detached" });
  await seller.settings(words("lines"));
  await page.getByText(words("lines_state_connected")).first().waitFor();
});

flow("a bot that another program uses says so before it is cut off", {}, async (seller) => {
  const { page, words } = seller;
  const token = "123456789:AAFright-token-of-our-own-bot_00";
  const telegram = await TelegramFake.start({ token });
  telegram.webhook = "https://bots.example/hook/SECRET";
  try {
    await seller.settings(words("lines"));
    await page.getByRole("button", { name: words("lines_connect_title") }).click();
    const dialog = page.getByRole("dialog", { name: words("lines_connect_title") });
    await dialog.getByLabel(words("lines_token"), { exact: true }).fill(token);
    await dialog.getByText(words("lines_advanced")).click();
    await dialog.getByLabel(words("lines_base_url")).fill(telegram.url);
    await dialog.getByRole("button", { name: words("lines_check") }).click();
    await dialog.getByRole("alert").filter({ hasText: "bots.example" }).waitFor();
    assert.ok(!(await dialog.textContent()).includes("SECRET"), "the host alone: the rest of the address may be a secret");
    assert.ok(telegram.webhook, "nothing is cut off before a person says so");
    await dialog.getByRole("button", { name: words("lines_webhook_connect") }).click();
    await dialog.getByText(words("lines_connected", { name: "Muebles Ana" })).waitFor();
    assert.equal(telegram.webhook, undefined, "now it is");
  } finally {
    await telegram.stop();
  }
});

flow("a removed line takes its history along when asked, in exact numbers", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("Bruno Dias", "o segredo do Bruno");
  await simulator.write("Carla Ruiz", "Hola");
  await seller.openChat("Bruno Dias");
  await seller.send("fica entre nós");
  await eventually(() => simulator.received("Bruno Dias"), ["fica entre nós"], "it reached him");
  // The search keeps what it found when its pane is closed.
  await page.keyboard.press("Control+f");
  await page.getByRole("combobox", { name: words("search"), exact: true }).fill("segredo");
  await page.getByRole("option").filter({ hasText: "segredo" }).waitFor();
  await seller.button("search_close").click();
  const { rows } = await host.call("list_conversations", { view: { scope: "everything" }, limit: 10 });
  const { contact_id } = await host.call("get_conversation", { conversation_id: rows.find((row) => row.name === "Carla Ruiz").id });
  await host.call("update_contact", { contact_id, patch: { display_name: "Carla Ruiz", saved: true } });

  await seller.settings(words("lines"));
  await page.getByRole("listitem").getByRole("button").filter({ hasText: "Shop" }).click();
  await page.getByRole("button", { name: words("lines_remove"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: words("lines_remove_title", { name: "Shop" }) });
  assert.ok(await dialog.getByRole("radio", { name: words("lines_keep") }).isChecked(), "keeping is what happens unasked");
  await dialog.getByText(words("lines_keep_conversations", { count: 2, shown: 2 }), { exact: true }).waitFor();
  const { y } = await dialog.boundingBox();
  const goes = dialog.getByRole("status");
  const gap = async () => {
    const [said, button] = await Promise.all([goes.boundingBox(), dialog.getByRole("button", { name: words("cancel"), exact: true }).boundingBox()]);
    return button.y - said.y - said.height;
  };
  const usual = await gap();
  assert.ok(usual > 0 && usual < 32, `the buttons stand below the words, ${usual} px`);
  await dialog.getByRole("radio", { name: words("lines_erase") }).check();
  await goes.getByText(words("lines_erase_conversations", { count: 2, shown: 2 })).waitFor();
  assert.equal((await dialog.boundingBox()).y, y, "choosing moves no choice");
  assert.equal(await gap(), usual, "and leaves no gap");
  await goes.getByText(words("lines_erase_messages", { count: 3, shown: 3 })).waitFor();
  await dialog.getByText(words("lines_erase_contacts", { count: 1, shown: 1 })).waitFor();
  await dialog.getByText(words("lines_erase_stays", { count: 1, shown: 1 })).waitFor();
  await dialog.getByText(words("lines_erase_final")).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal((await host.call("list_lines")).length, 1, "looking at it changes nothing");

  await page.getByRole("button", { name: words("lines_remove"), exact: true }).click();
  await dialog.getByRole("radio", { name: words("lines_erase") }).check();
  await dialog.getByRole("button", { name: words("lines_erase_button"), exact: true }).click();
  await seller.toast.filter({ hasText: words("lines_did_erase", { name: "Shop" }) }).waitFor();
  await page.getByText(words("lines_none")).waitFor();
  await eventually(() => host.call("list_erasing_lines"), [], "it comes to an end");
  await page.getByRole("heading", { name: words("lines_erasing") }).waitFor({ state: "detached" });

  // The chat that was open is gone with its words, without an error.
  await seller.inbox();
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  assert.equal(await page.getByText("o segredo do Bruno").count(), 0);
  assert.equal(await page.getByText("fica entre nós").count(), 0);
  // Not even for a moment, and no picture of what is erased is asked for.
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (document.body.textContent.includes("o segredo do Bruno")) document.body.dataset.shown = "yes";
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.keyboard.press("Control+f");
  await page.getByText(words("search_none", { text: "segredo" })).waitFor();
  assert.equal(await page.evaluate(() => document.body.dataset.shown), undefined, "the search forgot him");
  await seller.button("search_close").click();
  const found = async (text) => {
    const { contacts, messages } = await host.call("search", { text, limit: 5 });
    return [contacts.length, messages.length];
  };
  assert.deepEqual(await found("segredo"), [0, 0]);
  assert.deepEqual(await found("Bruno"), [0, 0]);
  assert.deepEqual(await found("Carla"), [1, 0], "who was saved is known");
  await seller.powerCut();
  await page.getByRole("navigation", { name: words("rail_label") }).waitFor();
  assert.deepEqual(await found("segredo"), [0, 0]);
  assert.equal(await seller.row("Bruno Dias").count(), 0);
});
