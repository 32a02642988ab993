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
  await seller.heard("María Peña", "línea 39");
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

// -- the keys of a lead, the same on every screen (KEY-02) ------------------------------------------

/** The newest lead of a person. */
async function leadOf(seller, who) {
  const found = await seller.host.call("search", { text: who, line_id: null, conversation_id: null, after: null, limit: 5 });
  const [lead] = await seller.host.call("list_leads_of_contact", { contact_id: found.contacts[0].contact_id });
  return lead;
}
const MAYOREO = { id: "0190a000-0000-7000-8000-000000000001", name: "Mayoreo", color: "#2f6fde" };
const goTo = async (seller, key) => {
  await seller.page.keyboard.press("g");
  await seller.page.keyboard.press(key);
};
const onlyRowHasKeys = (seller, name) => seller.page.getByRole("grid", { name }).and(seller.page.locator(":focus")).waitFor();

/** How the keys come to the one person there is, on each screen. */
const SCREENS = {
  "the keys of a lead do the same in the open chat": async (seller, who) => {
    await seller.openChat(who);
    await seller.page.locator(".messages").click();
  },
  "the keys of a lead do the same on a card of the board": async (seller, who) => {
    await seller.inboxIsThere();
    await goTo(seller, "b");
    const id = `card-${(await leadOf(seller, who)).id}`;
    await eventually(() => seller.page.evaluate(() => document.activeElement?.getAttribute("aria-activedescendant")), id, "the card has the keys");
  },
  "the keys of a lead do the same on a row of the leads": async (seller, who) => {
    await seller.inboxIsThere();
    await goTo(seller, "l");
    await seller.row(who).waitFor();
    await onlyRowHasKeys(seller, seller.words("leads"));
  },
  "the keys of a lead do the same on a row of the directory": async (seller, who) => {
    await seller.inboxIsThere();
    await goTo(seller, "d");
    await seller.page.getByRole("row").filter({ hasText: who }).waitFor();
    await seller.page.getByRole("grid", { name: seller.words("directory") }).focus();
  },
  "the keys of a lead do the same on a row of the agenda": async (seller, who) => {
    const lead = await leadOf(seller, who);
    const due_at_ms = Date.now() + 5 * 86_400_000;
    const follow_up_id = crypto.randomUUID();
    await seller.host.call("save_follow_up", { follow_up_id, lead_id: lead.id, kind: "task", due_at_ms, note: "Llamar", cancel_if_reply: false });
    await seller.inboxIsThere();
    await goTo(seller, "f");
    await seller.page.getByRole("main").getByRole("tab", { name: new RegExp(`^${seller.words("follow_later")}`) }).click();
    await seller.page.locator("[data-follow-up]").waitFor();
    await seller.page.getByRole("grid").focus();
  },
};

for (const [where, begin] of Object.entries(SCREENS))
  flow(where, {}, async (seller) => {
    const { page, simulator, host, words } = seller;
    const who = "Bruno Dias";
    await host.call("save_tag", { tag: MAYOREO });
    await simulator.write(who, "Hola");
    await seller.row(who).waitFor();
    await eventually(async () => (await leadOf(seller, who))?.cycle, 1, "they are a lead");
    const { members, funnels } = await host.call("get_sale");
    await host.call("change_leads", { lead_ids: [(await leadOf(seller, who)).id], patch: { responsible_id: null } }).catch(() => undefined);
    await begin(seller, who);
    const state = async () => (await leadOf(seller, who)).state;
    const dialog = (key, params) => page.getByRole("dialog", { name: words(key, params), exact: true });
    const isOver = (layer) => layer.waitFor({ state: "detached" });

    await page.keyboard.press("a");
    await dialog("ask_assign", { who }).waitFor();
    await page.getByRole("option", { name: words("leads_open_count", { count: 0, shown: "0" }) }).waitFor();
    await page.keyboard.type("Ana");
    await page.keyboard.press("Enter");
    await isOver(dialog("ask_assign", { who }));
    await eventually(async () => (await state()).responsible_id, members[0].id, "A assigns");

    await page.keyboard.press("m");
    if (where.endsWith("a card of the board")) {
      await page.locator(".flying").waitFor();
      for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
    } else {
      await dialog("ask_move", { who }).waitFor();
      await page.keyboard.type(words("sale_contacted"));
    }
    await page.keyboard.press("Enter");
    const contacted = funnels[0].stages.find((stage) => stage.code === "contacted").id;
    await eventually(async () => (await state()).stage_id, contacted, "M moves");

    await page.keyboard.press("n");
    await dialog("ask_note", { who }).waitFor();
    await page.keyboard.type("Prefiere la tarde");
    await page.keyboard.press("Control+Enter");
    await isOver(dialog("ask_note", { who }));
    const { contact_id } = await leadOf(seller, who);
    const asked = { contact_id, calls: false, before: null, limit: 20, text: "tarde" };
    const notes = async () => (await host.call("list_notes", asked)).notes.map(({ note }) => note.text);
    await eventually(notes, ["Prefiere la tarde"], "N writes a note, which is found with the others");

    await page.keyboard.press("l");
    const tags = dialog("ask_tags", { who });
    await tags.getByRole("checkbox", { name: "Mayoreo" }).waitFor();
    await tags.getByRole("textbox", { name: words("tag_find_or_make"), exact: true }).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("mayo");
    await page.keyboard.press("Enter");
    const has = async () => (await host.call("get_contact", { contact_id })).tags.map(({ name }) => name);
    await eventually(has, ["Mayoreo"], "L tags");
    await page.keyboard.press("Escape");
    await isOver(tags);

    await page.keyboard.press("2");
    await eventually(async () => (await state()).marker, "urgent", "2 marks");
    await seller.toast.filter({ hasText: who }).filter({ hasText: words("marker_name_urgent") }).waitFor();
    if (where.endsWith("a row of the directory"))
      await page.getByRole("row").filter({ hasText: who }).getByRole("img", { name: words("marker_name_urgent"), exact: true }).waitFor();
    await page.keyboard.press("Shift+s");
    await dialog("ask_score", { who }).waitFor();
    await page.keyboard.type("83");
    await page.keyboard.press("Enter");
    await eventually(async () => (await state()).score?.value, 83, "Shift+S scores");
    for (const [key, title] of [["Shift+l", "lead_change_status"], ["f", "follow_new"]]) {
      await page.keyboard.press(key);
      await dialog(title).waitFor();
      await page.keyboard.press("Escape");
      await isOver(dialog(title));
    }

    // Taken back one by one.
    for (let i = 0; i < 2; i++) await page.keyboard.press("Control+z");
    await eventually(async () => [(await state()).marker, (await state()).score ?? null], ["none", null], "and Ctrl+Z takes it back");

    // A closed lead says why nothing of it can be done.
    const { statuses } = await host.call("get_sale");
    const won = statuses.find((status) => status.code === "converted").id;
    await host.call("change_leads", { lead_ids: [(await leadOf(seller, who)).id], patch: { status: { status_id: won } } });
    if (where.endsWith("a card of the board") || where.endsWith("a row of the leads") || where.endsWith("a row of the agenda")) return;
    await eventually(
      async () => {
        await page.keyboard.press("Control+k");
        const box = page.getByRole("combobox", { name: words("palette_placeholder") });
        await box.fill(words("lead_action_move"));
        const said = await page.getByRole("option", { name: words("lead_action_move") }).first().innerText();
        await page.keyboard.press("Escape");
        await box.waitFor({ state: "detached" });
        return said.includes(words("error_lead_final", { status: words("sale_converted") }));
      },
      true,
      "the palette says why not",
    );
  });

flow("several chats are assigned, moved and marked by keys, and each comes back with one undo", {}, async (seller) => {
  const { page, simulator, host, words } = seller;
  for (const who of ["Ana Ruiz", "Bruno Dias", "Carla Mota"]) {
    await simulator.write(who, `Soy ${who}`);
    await seller.row(who).waitFor();
  }
  const { funnels } = await host.call("get_sale");
  const contacted = funnels[0].stages.find((stage) => stage.code === "contacted").id;
  const intake = (await host.call("get_sale")).intake.id;
  for (const who of ["Ana Ruiz", "Bruno Dias"]) {
    await seller.openChat(who);
    await page.locator(".messages").click();
    await page.keyboard.press("x");
  }
  const bar = page.getByRole("toolbar", { name: words("bulk_label") });
  await bar.waitFor();
  const stages = async () => Promise.all(["Ana Ruiz", "Bruno Dias", "Carla Mota"].map(async (who) => (await leadOf(seller, who)).state.stage_id));
  await page.keyboard.press("m");
  await page.getByRole("dialog", { name: words("ask_move", { who: words("board_leads", { count: 2, shown: "2" }) }) }).waitFor();
  await page.keyboard.type(words("sale_contacted"));
  await page.keyboard.press("Enter");
  await eventually(stages, [contacted, contacted, intake], "both, and nobody else");
  await seller.toast.filter({ hasText: words("leads_bulk_done", { count: 2, shown: "2" }) }).waitFor();
  await page.keyboard.press("Control+z");
  await eventually(stages, [intake, intake, intake], "one undo for both");

  // A note is about each of them, as it is about one; they are picked still.
  await bar.waitFor();
  const notes = async () =>
    Promise.all(
      ["Ana Ruiz", "Bruno Dias", "Carla Mota"].map(async (who) => {
        const { contact_id } = await leadOf(seller, who);
        const page = await host.call("list_notes", { contact_id, calls: false, before: null, limit: 20 });
        return page.notes.map(({ note }) => note.text);
      }),
    );
  await page.keyboard.press("n");
  const ask = page.getByRole("dialog", { name: words("ask_note", { who: words("board_leads", { count: 2, shown: "2" }) }) });
  await ask.waitFor();
  await page.keyboard.type("Feria de mayo");
  await page.keyboard.press("Control+Enter");
  await ask.waitFor({ state: "detached" });
  await eventually(notes, [["Feria de mayo"], ["Feria de mayo"], []], "a note about each, and about nobody else");
  await seller.toast.filter({ hasText: words("did_bulk_note", { count: 2, shown: "2" }) }).waitFor();
  await page.keyboard.press("Control+z");
  await eventually(notes, [[], [], []], "one undo takes both away");
});

flow("what is picked in the table stays picked for the next deed, by keys alone", {}, async (seller) => {
  const { page, simulator, host, words } = seller;
  for (const who of ["Ana Ruiz", "Bruno Dias", "Carla Mota"]) {
    await simulator.write(who, `Soy ${who}`);
    await seller.row(who).waitFor();
  }
  await seller.inboxIsThere();
  await goTo(seller, "l");
  await seller.row("Carla Mota").waitFor();
  await onlyRowHasKeys(seller, words("leads"));
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  const picked = (count) => bar.getByText(words("leads_picked_count", { count, shown: count }), { exact: true }).waitFor();
  await picked(2);
  const count = async (filter) => (await host.call("count_leads", { filter })).active;
  await page.keyboard.press("2");
  const done = seller.toast.filter({ hasText: words("leads_bulk_done", { count: 2, shown: "2" }) });
  await done.waitFor();
  assert.equal(await count({ markers: ["urgent"] }), 2, "both are marked");
  await picked(2);
  await page.keyboard.press("Shift+s");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type("70");
  await page.keyboard.press("Enter");
  await done.filter({ hasText: words("lead_did_score", { score: 70 }) }).waitFor();
  await picked(2);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await eventually(() => count({ markers: ["urgent"] }), 0, "both deeds are taken back");
  await picked(2);
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
});

flow("contacts are picked, assigned and marked by keys alone, and stay picked", {}, async (seller) => {
  const { page, simulator, host, words } = seller;
  for (const who of ["Ana Ruiz", "Bruno Dias", "Carla Mota"]) {
    await simulator.write(who, `Soy ${who}`);
    await seller.row(who).waitFor();
  }
  const { members } = await host.call("get_sale");
  await seller.inboxIsThere();
  await goTo(seller, "d");
  await page.getByRole("row").filter({ hasText: "Carla Mota" }).waitFor();
  await page.getByRole("grid", { name: words("directory") }).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  const bar = page.getByRole("toolbar", { name: words("directory_picked") });
  const picked = () => bar.getByText(words("directory_picked_count", { count: 2, shown: "2" }), { exact: true }).waitFor();
  await picked();
  const of = async (what) => Promise.all(["Ana Ruiz", "Bruno Dias", "Carla Mota"].map(async (who) => what((await leadOf(seller, who)).state)));
  await page.keyboard.press("a");
  await page.getByRole("dialog", { name: words("ask_assign", { who: words("directory_contacts", { count: 2, shown: "2" }) }) }).waitFor();
  await page.keyboard.type("Ana");
  await page.keyboard.press("Enter");
  const mine = members[0].id;
  await eventually(() => of((state) => state.responsible_id ?? null), [mine, mine, null], "both are given");
  await picked();
  await page.keyboard.press("2");
  await eventually(() => of((state) => state.marker), ["urgent", "urgent", "none"], "and their leads marked");
  await seller.toast.filter({ hasText: words("leads_bulk_done", { count: 2, shown: "2" }) }).waitFor();
  await page.keyboard.press("Control+z");
  await eventually(() => of((state) => state.marker), ["none", "none", "none"], "taken back as one");
  await picked();
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
});

flow("rows say themselves, and a new message is said politely, once", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await seller.inboxIsThere();
  await page.evaluate(() => {
    window.said = [];
    const log = document.querySelector("[role=log][aria-live=polite][aria-atomic=true]");
    new MutationObserver(() => window.said.push(log.textContent)).observe(log, { subtree: true, childList: true, characterData: true });
  });
  const said = () => page.evaluate(() => window.said);
  const first = words("announce_message", { name: "Ana Ruiz" });
  await simulator.write("Ana Ruiz", "Hola");
  await eventually(said, [first], "who wrote is said");
  await simulator.write("Bruno Dias", "Oi");
  await eventually(said, [first, words("announce_message", { name: "Bruno Dias" })], "each once, and nothing between them");
  assert.equal(await page.locator("[aria-live=assertive]").count(), 0, "nobody is interrupted");

  const unread = (who) => `${who}, ${words("label_unread", { count: 1 })}, `;
  const row = page.getByRole("row", { name: new RegExp(`^${unread("Ana Ruiz")}.*Hola`) });
  await row.waitFor();
  await seller.board();
  await page.getByRole("row", { name: new RegExp(`^${unread("Ana Ruiz")}Hola`) }).waitFor();
  await goTo(seller, "l");
  await page.getByRole("row", { name: "Ana Ruiz", exact: true }).waitFor();
  await page.getByRole("columnheader", { name: words("lead_marker"), exact: true }).waitFor();
  await goTo(seller, "d");
  await page.getByRole("row", { name: new RegExp(`^Ana Ruiz, .*${words("row_lead_status", { name: words("sale_new") })}`) }).waitFor();
});

flow("the sheet of keys names each key once, on every screen", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Ana Ruiz", "Hola");
  await seller.row("Ana Ruiz").waitFor();
  await seller.inboxIsThere();
  const sheet = page.getByRole("dialog", { name: words("help_title") });
  for (const [key, screen] of [["i", "inbox"], ["b", "sale_sales"], ["l", "leads"], ["f", "agenda"], ["d", "directory"]]) {
    await goTo(seller, key);
    await page.getByRole("heading", { level: 1, name: words(screen), exact: true }).waitFor();
    await page.keyboard.press("?");
    await sheet.waitFor();
    const keys = await sheet.locator("dd > *").allInnerTexts();
    const twice = keys.filter((one, at) => keys.indexOf(one) !== at);
    assert.deepEqual(twice, [], `each key once: ${screen}`);
    assert.ok(keys.includes("/") && keys.includes("?"), `and with what works everywhere: ${screen}`);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  }
});
