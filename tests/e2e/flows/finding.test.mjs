// Finding people and words, and knowing who they are.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

flow("search finds words without their accents and jumps to the message", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("María Peña", "¿Cuánto cuesta el envío a Mérida?");
  // Enough on top of it that the hit is not on screen by chance.
  for (let i = 0; i < 60; i++) await simulator.write("María Peña", `otra cosa ${i}`);
  await simulator.write("Bruno Dias", "Oi");
  await seller.heard("María Peña", "otra cosa 59");
  await seller.openChat("María Peña");
  // It opens where the unread begins; the newest is one press away.
  await page.getByRole("separator").filter({ hasText: words("new_messages") }).waitFor();
  await seller.toBottom();
  await seller.bubble("otra cosa 59").waitFor();
  await seller.openChat("Bruno Dias");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  const box = page.getByRole("combobox", { name: words("search"), exact: true });
  await box.fill("ENVIO merida");
  const hit = page.getByRole("option").filter({ hasText: "envío a Mérida" });
  await hit.waitFor();
  assert.deepEqual(
    (await hit.locator("mark").allTextContents()).map((text) => text.toLowerCase()),
    ["envío", "mérida"],
    "what was found is marked as it was written",
  );
  await box.press("ArrowDown");
  await box.press("Enter");
  const found = seller.bubble("¿Cuánto cuesta el envío a Mérida?");
  await found.waitFor();
  await page.waitForFunction((element) => {
    const box = element.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
  }, await found.elementHandle());

  await box.fill("pena");
  await page.getByRole("option").filter({ hasText: "María Peña" }).first().waitFor();
  await box.fill("zzzz");
  await page.getByText(words("search_none", { text: "zzzz" })).waitFor();
});

flow("what arrives leaves the search as it is", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("María Peña", "¿Cuánto cuesta el envío?");
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  const box = page.getByRole("combobox", { name: words("search"), exact: true });
  await box.fill("envio");
  const hits = page.getByRole("listbox", { name: words("search_hits") }).getByRole("option");
  await hits.filter({ hasText: "¿Cuánto cuesta el envío?" }).waitFor();
  await box.press("ArrowDown");
  await box.evaluate((input) => input.setSelectionRange(2, 4));
  await simulator.write("Bruno Dias", "¿Y el envío a casa?");
  await seller.bubble("¿Y el envío a casa?").waitFor();
  const search = { text: "envio", line_id: null, conversation_id: null, after: null, limit: 5 };
  await eventually(async () => (await host.call("search", search)).messages.length, 2, "it is there to be found");
  const state = await box.evaluate((input) => [
    input.value,
    document.activeElement === input,
    input.selectionStart,
    input.selectionEnd,
  ]);
  assert.deepEqual(state, ["envio", true, 2, 4], "the words, the focus and what was selected of them");
  assert.equal(await hits.count(), 1, "and the hits: nothing moves under the hand");
  assert.equal(await hits.first().getAttribute("aria-selected"), "true", "nor what was picked");
});

flow("a contact is saved with a number, and a second one with it is refused with words", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("María Peña", "Hola");
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("María Peña");
  const form = page.getByRole("form", { name: words("contact_save") });
  await form.getByLabel(words("contact_name")).fill("María Peña Soto");
  await form.getByLabel(words("contact_phone")).fill("55 1234 5678");
  await form.getByRole("button", { name: words("contact_save") }).click();
  await form.waitFor({ state: "detached" });
  await seller.row("María Peña Soto").waitFor();
  const found = await host.call("search", { text: "+52 55 1234 5678", line_id: null, conversation_id: null, after: null, limit: 5 });
  assert.equal(found.contacts[0]?.name, "María Peña Soto", "the number is hers in any form");

  await seller.openChat("Bruno Dias");
  await form.getByLabel(words("contact_phone")).fill("+52 1 55 1234-5678");
  await form.getByRole("button", { name: words("contact_save") }).click();
  const problem = form.getByRole("alert");
  await problem.filter({ hasText: words("error_duplicate_number", { name: "María Peña Soto" }) }).waitFor();
  await problem.getByRole("button", { name: words("contact_open_other", { name: "María Peña Soto" }) }).click();
  await page.getByRole("heading", { level: 2, name: "María Peña Soto" }).waitFor();
});

flow("a blocked contact can't be written to until it is unblocked", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await seller.palette(words("contact_action_block"));
  await page.getByText(words("locked_blocked", { name: "Bruno Dias" })).waitFor();
  assert.equal(await seller.composer.getAttribute("readonly"), "", "nothing can be typed");
  await page.locator("form.composer").getByRole("button", { name: words("contact_unblock") }).click();
  await page.waitForFunction(() => document.querySelector("form.composer textarea")?.readOnly === false);
});

flow("a link shows its real host before it opens", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Veja <b>isto</b> https://bank.example.com@evil.example/login agora");
  await seller.openChat("Bruno Dias");
  assert.match(await seller.bubble("Veja").textContent(), /<b>isto<\/b>/, "words are never markup");
  await seller.bubble("Veja").locator("button.link").click();
  const dialog = page.getByRole("dialog", { name: words("link_title") });
  await dialog.getByText("evil.example", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

flow("the palette finds people, and hands other words to the search", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Lupita Hernández", "¿Hacen libreros?");
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  const ask = async (text) => {
    await page.keyboard.press("Control+k");
    const box = page.getByRole("combobox", { name: words("palette_placeholder") });
    await box.fill(text);
    return box;
  };
  let box = await ask("Lupita");
  await page.getByRole("option", { name: "Lupita Hernández" }).waitFor();
  await box.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Lupita Hernández", exact: true }).waitFor();
  box = await ask("libreros");
  await page.getByRole("option", { name: words("palette_search", { query: "libreros" }) }).waitFor();
  await box.press("Enter");
  await page.getByRole("option").filter({ hasText: "¿Hacen libreros?" }).waitFor();
  assert.equal(await page.getByRole("combobox", { name: words("search"), exact: true }).inputValue(), "libreros");
});

flow("the licences of what Embudo is made of are found in the palette and read without a network", {}, async (seller) => {
  const { page, words } = seller;
  await page.locator("footer button.row").first().waitFor();
  await seller.palette(words("notices_title"));
  const find = page.getByRole("textbox", { name: words("notices_find") });
  await find.waitFor();
  assert.ok((await page.locator("details").count()) > 100, "every package of the app is there");
  for (const [letters, licence] of [
    ["libsqlite3-sys", "Zetetic"],
    ["openssl-src", "Apache License"],
    ["variable/inter", "SIL OPEN FONT LICENSE"],
  ]) {
    await find.fill(letters);
    const texts = await page.locator("details pre").allTextContents();
    assert.ok(texts.some((text) => text.includes(licence)), `${letters} comes with ${licence}`);
  }
  await page.locator("details summary").filter({ hasText: "OFL-1.1" }).waitFor();
  assert.deepEqual(await page.locator("details summary mark").allTextContents(), ["variable/inter"], "what was typed is marked");
  await page.locator("details summary").first().click();
  await page.locator("details[open] pre").filter({ hasText: "SIL OPEN FONT LICENSE" }).waitFor();
  await find.fill("zzzz");
  await page.getByText(words("notices_none")).waitFor();
});
