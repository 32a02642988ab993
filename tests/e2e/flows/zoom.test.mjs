// At 200 % in a window of 1440 by 900: what is there can be reached, nothing is cut, nothing scrolls in two directions.
import assert from "node:assert/strict";
import { flow } from "../lib/flow.mjs";
import { exchangeScreens } from "../lib/screens-exchange.mjs";

const TITLES = {
  en: [
    "at 200 % the directory, a person in it and their merge are whole in English",
    "at 200 % the agenda is whole in English",
    "at 200 % lists and chats are brought in and taken out, whole in English",
    "at 200 % the settings of the sale are whole in English",
  ],
  es: [
    "at 200 % the directory, a person in it and their merge are whole in Spanish",
    "at 200 % the agenda is whole in Spanish",
    "at 200 % lists and chats are brought in and taken out, whole in Spanish",
    "at 200 % the settings of the sale are whole in Spanish",
  ],
  pt: [
    "at 200 % the directory, a person in it and their merge are whole in Portuguese",
    "at 200 % the agenda is whole in Portuguese",
    "at 200 % lists and chats are brought in and taken out, whole in Portuguese",
    "at 200 % the settings of the sale are whole in Portuguese",
  ],
};
const ZOOMED = { viewport: { width: 720, height: 450 }, scale: 2, timeout: 240_000 };

/** Runs in the page: what can be pressed or filled in and is not to be had, and what is wider than its place. */
function lost(within) {
  const found = [];
  const called = (e) => `${e.tagName.toLowerCase()} "${(e.getAttribute("aria-label") ?? e.innerText ?? e.placeholder ?? "").trim().replace(/\s+/g, " ").slice(0, 50)}"`;
  if (document.scrollingElement.scrollWidth > innerWidth) found.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
  const layer = [...document.querySelectorAll(".dialog")].at(-1);
  // Under a dialog nothing is to be had; a dialog holds all that is.
  for (const control of (layer ?? document.querySelector(within ?? "body")).querySelectorAll("button, input:not([type=hidden]), textarea, a[href], [role=tab], [role=combobox], h1, h2, h3")) {
    if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || control.closest("[aria-hidden=true], [inert]")) continue;
    const before = control.getBoundingClientRect();
    // Only heard, or drawn by its label.
    if (before.width < 4 || before.height < 4 || getComputedStyle(control).clipPath !== "none") continue;
    control.scrollIntoView({ block: "center", inline: "nearest" });
    const box = control.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (x < 0 || x > innerWidth || y < 0 || y > innerHeight) {
      found.push(`${called(control)} stands outside the window, at ${Math.round(x)}, ${Math.round(y)}`);
      continue;
    }
    const top = document.elementFromPoint(x, y);
    if (top && !control.contains(top) && !top.contains(control) && !top.closest("label")?.contains(control))
      found.push(`${called(control)} lies under ${called(top)}`);
    else if (top?.contains(control) && top !== control && top.matches("body, html, main, section")) found.push(`${called(control)} is cut away`);
  }
  return [...new Set(found)];
}
async function whole(seller, screen, bad, within) {
  await seller.page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  bad.push(...(await seller.page.evaluate(lost, within)).map((what) => `${screen}: ${what}`));
}
async function close(seller, layer) {
  await seller.page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
}
const rail = (seller, key) =>
  seller.page.getByRole("navigation", { name: seller.words("rail_label") }).getByRole("button", { name: seller.words(key), exact: true });

/** In one column the section is chosen from a list. */
async function section(seller, key) {
  const { page, words } = seller;
  await rail(seller, "settings").click();
  await page.getByRole("main").getByLabel(words("settings"), { exact: true }).click();
  await page.getByRole("option", { name: words(key), exact: true }).click();
  await page.getByRole("heading", { level: 2, name: words(key), exact: true }).first().waitFor({ state: "attached" });
}

for (const [language, [directory, agenda, exchange, selling]] of Object.entries(TITLES)) {
  flow(directory, { ...ZOOMED, language }, async (seller) => {
    const { page, host, words } = seller;
    const bad = [];
    const nobody = { about: "", tag_ids: [], responsible_id: null, source_id: null, with_lead: false };
    await host.call("create_contact", { ...nobody, name: "María P.", phone: "+52 55 8765 4321", email: "maria@example.com" });
    await host.call("create_contact", { ...nobody, name: "Maria Peña S.", phone: "", email: "maria@example.com" });
    await rail(seller, "directory").click();
    const row = page.locator(".directory [role=row]").filter({ hasText: "María P." });
    await row.waitFor();
    await whole(seller, "directory", bad);
    await row.getByRole("checkbox").check();
    await page.getByRole("toolbar", { name: words("directory_picked") }).waitFor();
    await whole(seller, "somebody picked", bad);
    await page.getByRole("toolbar", { name: words("directory_picked") }).getByRole("button", { name: words("bulk_clear") }).click();
    await row.getByRole("button").click();
    await page.getByText(words("same_email", { name: "Maria Peña S." })).waitFor();
    // They lie over the list.
    await whole(seller, "a person", bad, "aside");
    await page.getByRole("button", { name: words("merge_look") }).click();
    const merge = page.getByRole("dialog", { name: words("merge_title") });
    await merge.getByText(words("merge_brings"), { exact: true }).waitFor();
    await whole(seller, "merge", bad);
    await close(seller, merge);
    assert.deepEqual(bad, [], "everything is in reach");
  });

  flow(agenda, { ...ZOOMED, language }, async (seller) => {
    const { page, host, simulator, words } = seller;
    const bad = [];
    await simulator.write("Bruno Dias", "Hola");
    await seller.row("Bruno Dias").waitFor();
    const { contact_id } = await host.call("get_conversation", { conversation_id: await seller.chatOf("Bruno Dias") });
    const [lead] = await host.call("list_leads_of_contact", { contact_id });
    for (const no of [1, 2, 3])
      await host.call("save_follow_up", {
        follow_up_id: `01930000-0000-7000-8000-00000000000${no}`,
        lead_id: lead.id,
        kind: "task",
        due_at_ms: Date.now() + no * 3_600_000,
        cancel_if_reply: false,
        note: "Llamar por la mesa de nogal",
      });
    await rail(seller, "agenda").click();
    await page.getByText("Llamar por la mesa de nogal").first().waitFor();
    await whole(seller, "agenda", bad);
    await page.locator("label").filter({ has: page.getByRole("radio", { name: words("follow_as_calendar") }) }).click();
    await page.locator("table[role=grid]").waitFor();
    await whole(seller, "agenda as a month", bad);
    assert.deepEqual(bad, [], "everything is in reach");
  });

  flow(exchange, { ...ZOOMED, language }, async (seller) => {
    const bad = [];
    await section(seller, "exchange_title");
    await whole(seller, "import and export", bad);
    for await (const screen of exchangeScreens(seller)) await whole(seller, screen, bad);
    assert.deepEqual(bad, [], "everything is in reach");
  });

  flow(selling, { ...ZOOMED, language }, async (seller) => {
    const { page, words } = seller;
    const bad = [];
    await section(seller, "sale_title");
    const tabs = page.getByRole("main").getByRole("tab");
    await tabs.first().waitFor();
    for (const tab of await tabs.all()) {
      await tab.click();
      await whole(seller, await tab.innerText(), bad);
    }
    await page.getByRole("tab", { name: words("fields"), exact: true }).click();
    await page.getByRole("button", { name: words("field_new_of_leads"), exact: true }).click();
    const dialog = page.getByRole("dialog", { name: words("field_new_of_leads") });
    await dialog.getByLabel(words("field_kind"), { exact: true }).click();
    await page.getByRole("option", { name: words("field_list"), exact: true }).click();
    await dialog.getByLabel(words("field_option_at", { at: 1 }), { exact: true }).waitFor();
    await whole(seller, "a new field", bad);
    assert.deepEqual(bad, [], "everything is in reach");
  });
}
