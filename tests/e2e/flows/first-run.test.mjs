// The first minute: from nothing to a chat that answers.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";
import { LANGUAGES, words } from "../lib/words.mjs";

const TITLES = {
  en: "the first run speaks English and sample customers write within a minute",
  es: "the first run speaks Spanish and sample customers write within a minute",
  pt: "the first run speaks Portuguese and sample customers write within a minute",
};

for (const language of LANGUAGES)
  flow(TITLES[language], { fresh: true, language }, async (seller) => {
    const { page } = seller;
    await page.getByRole("heading", { level: 1, name: seller.words("first_title") }).waitFor();
    const begin = Date.now();
    await page.getByLabel(seller.words("first_name_label")).fill("Ana Souza");
    await seller.button("first_samples_button").click();
    const first = page.getByRole("row").first();
    await first.waitFor({ timeout: 60_000 });
    assert.ok(Date.now() - begin < 60_000, "a new seller sees life within a minute");

    const state = await seller.host.call("get_app_state");
    assert.equal(state.session.settings.language, language, "the language of the first screen is kept");
    assert.equal(state.session.me.name, "Ana Souza", "the name is kept");

    // They answer what the seller says: the whole way to the customer and back.
    const name = (await first.locator(".name").textContent()).trim();
    await seller.openChat(name);
    await seller.send("Hola! Hi! Olá! 120");
    await seller.bubble("Hola! Hi! Olá! 120").waitFor();
    await page.getByRole("button", { name: `${seller.words("delivery_title")}:` }).first().waitFor();
  });

flow("the language of the first run switches live and is the one that is kept", { fresh: true }, async (seller) => {
  const { page } = seller;
  await page.getByRole("heading", { level: 1, name: seller.words("first_title") }).waitFor();
  await page.getByLabel(seller.words("first_name_label")).fill("Ana");
  await page.getByText("Português", { exact: true }).click();
  const pt = words("pt");
  await page.getByRole("heading", { level: 1, name: pt("first_title") }).waitFor();
  assert.equal(await page.getByLabel(pt("first_name_label")).inputValue(), "Ana", "what was typed stays");
  assert.equal(await page.locator("html").getAttribute("lang"), "pt-BR", "screen readers change voice too");
  await page.getByRole("button", { name: pt("first_line_title"), exact: true }).click();
  await page.getByRole("dialog", { name: pt("lines_connect_title") }).waitFor();
  await eventually(
    async () => (await seller.host.call("get_app_state")).session?.settings.language,
    "pt",
    "the workspace speaks what the first run spoke",
  );
});
