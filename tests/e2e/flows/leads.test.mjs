// The table of leads: found, filtered, sorted, changed where they stand, one or many at once.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, flow } from "../lib/flow.mjs";

const grid = (seller) => seller.page.getByRole("grid", { name: seller.words("leads") });
const rows = (seller) => grid(seller).locator("[data-lead]");
/** The names in the table, from the top. */
const names = (seller) => rows(seller).locator(".name").allInnerTexts();
const areShown = (seller, expected, why) => eventually(() => names(seller), expected, why);
const cell = (seller, who, column) => seller.row(who).locator(`[data-place=${column}]`);
const tabs = (seller) => seller.page.getByRole("tab").allInnerTexts();
const undo = (seller, text) =>
  seller.toast.filter({ hasText: text }).getByRole("button", { name: seller.words("undo"), exact: true }).click();
const status = async (seller, code) => (await seller.host.call("get_sale")).statuses.find((one) => one.code === code).id;

/** The leads of customers who wrote an hour one after the other; the last one is the newest. */
async function write(seller, ...people) {
  for (const [at, who] of people.entries())
    await seller.simulator.write(who, `Hola, soy ${who}`, { after_ms: (at - people.length) * 3_600_000 });
  const ask = { filter: {}, text: "", sort: "number", descending: false, offset: 0, limit: 200 };
  await eventually(async () => (await seller.host.call("list_leads", ask)).total, people.length, "each is a lead");
  const { cards } = await seller.host.call("list_leads", ask);
  return Object.fromEntries(cards.map(({ name, lead }) => [name, lead.id]));
}
const change = (seller, id, patch) => seller.host.call("change_leads", { lead_ids: [id], patch });
async function leads(seller) {
  await seller.leads();
  await rows(seller).first().waitFor();
}
async function filterBy(seller, field, ...values) {
  const { page, words } = seller;
  await page.getByRole("button", { name: words(field), exact: true }).click();
  const layer = page.getByRole("dialog", { name: words(field) });
  for (const value of values) await layer.locator(`[data-choice]`).filter({ hasText: value }).first().click();
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
}
const leadOf = async (seller, id) => (await seller.host.call("get_cards", { ids: [id] }))[0].lead;

flow("the unread number of a long name is not under what a row can do", {}, async (seller) => {
  const who = "Bruno Dias de la Santísima Trinidad y Fuentes del Río";
  await write(seller, who);
  await leads(seller);
  const contact = cell(seller, who, "contact");
  await contact.hover();
  await contact.locator(".dots").waitFor();
  const [unread, dots] = await Promise.all([".pill", ".dots"].map((one) => contact.locator(one).boundingBox()));
  assert.ok(unread.x + unread.width <= dots.x, "both are seen");
});

flow("leads are found by tab, filter, search and order, with exact counts", {}, async (seller) => {
  const { page, words, simulator } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz", "Elena Gil");
  await change(seller, id["Bruno Dias"], { score: 83, marker: "urgent" });
  await change(seller, id["Carla Mota"], { score: 35 });
  await change(seller, id["Dario Paz"], { status: { status_id: await status(seller, "converted") } });
  await leads(seller);
  await areShown(seller, ["Elena Gil", "Carla Mota", "Bruno Dias", "Ana Ruiz"], "active ones, who wrote last on top");
  const count = (active, inactive) =>
    eventually(
      async () => (await tabs(seller)).map((text) => text.replace(/\D/g, "")),
      [active, inactive, active + inactive].map(String),
      "each tab says how many",
    );
  await count(4, 1);
  await seller.tab("leads_tab_inactive").click();
  await areShown(seller, ["Dario Paz"], "closed ones");
  await seller.tab("leads_tab_all").click();
  await page.getByRole("columnheader", { name: words("contact") }).click();
  await areShown(seller, ["Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz", "Elena Gil"], "by name");
  await page.getByRole("columnheader", { name: words("contact") }).click();
  await areShown(seller, ["Elena Gil", "Dario Paz", "Carla Mota", "Bruno Dias", "Ana Ruiz"], "and the other way");
  assert.equal(
    await page.getByRole("columnheader", { name: words("contact") }).getAttribute("aria-sort"),
    "descending",
    "a screen reader hears the order",
  );

  await filterBy(seller, "lead_score", words("score_hot"));
  await areShown(seller, ["Bruno Dias"], "hot ones");
  await count(1, 0);
  await page.getByRole("status").filter({ hasText: words("board_leads", { count: 1, shown: 1 }) }).waitFor();
  await filterBy(seller, "lead_marker", words("marker_name_important"));
  await page.getByRole("heading", { level: 2, name: words("leads_none_match") }).waitFor();
  await seller.button("leads_show_all").click();
  await filterBy(seller, "lead_status", words("sale_new"), words("sale_converted"));
  await areShown(seller, ["Elena Gil", "Dario Paz", "Carla Mota", "Bruno Dias", "Ana Ruiz"], "either of them");
  await seller.button("remove_filter", { name: words("lead_status") }).click();

  const box = page.getByRole("textbox", { name: words("leads_find") });
  await page.keyboard.press("/");
  await page.keyboard.type("carla");
  await areShown(seller, ["Carla Mota"], "by name");
  await box.fill(`#${(await leadOf(seller, id["Ana Ruiz"])).number}`);
  await areShown(seller, ["Ana Ruiz"], "by number");
  await seller.inbox();
  await seller.leads();
  assert.match(await box.inputValue(), /^#\d+$/, "the words stay while one was elsewhere");
  await box.fill("");
  await simulator.write("Ana Ruiz", "¿Siguen ahí?");
  await page.getByRole("columnheader", { name: words("leads_last_activity") }).click();
  await eventually(async () => (await names(seller))[0], "Ana Ruiz", "who writes comes on top by itself");
});

flow("a closed lead keeps everything in sight and says why it can't be changed", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias");
  await change(seller, id["Bruno Dias"], { status: { status_id: await status(seller, "converted") } });
  await leads(seller);
  await seller.tab("leads_tab_all").click();
  const why = words("error_lead_final", { status: words("sale_converted") });
  await seller.row("Bruno Dias").click({ button: "right" });
  const item = (key) => page.getByRole("menuitem", { name: new RegExp(`^${words(key)}`) });
  for (const key of ["lead_change_status", "leads_assign", "follow_new", "board_move_to", "lead_marker", "board_outcome_archived"]) {
    assert.equal(await item(key).getAttribute("aria-disabled"), "true", `${key} can't be done`);
    const says = key === "follow_new" ? words("error_followup_inactive", { status: words("sale_converted") }) : why;
    assert.equal(await item(key).getAttribute("data-tip"), says, `${key} says why`);
  }
  for (const key of ["history", "lead_start_new"]) assert.notEqual(await item(key).getAttribute("aria-disabled"), "true", key);
  await page.keyboard.press("Escape");
  await cell(seller, "Bruno Dias", "pick").click();
  assert.equal(await page.getByRole("toolbar").count(), 0, "it is not picked");
  assert.equal(
    await cell(seller, "Bruno Dias", "pick").getAttribute("data-tip"),
    words("leads_final_pick", { status: words("sale_converted") }),
    "and says why",
  );
  // By the keys the same.
  await cell(seller, "Bruno Dias", "pick").click();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await seller.toast.filter({ hasText: why }).getByRole("button", { name: words("outbox_open"), exact: true }).waitFor();
  await seller.toast.filter({ hasText: why }).getByRole("button", { name: words("lead_start_new") }).click();
  await eventually(
    async () => (await host.call("count_leads", { filter: {} })).all,
    3,
    "the way on is the next lead",
  );
});

flow("the keyboard alone leads from the rail to a changed lead, and back", {}, async (seller) => {
  const { page, words } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  const at = () => page.evaluate(() => document.activeElement?.getAttribute("aria-activedescendant"));
  await eventually(at, `cell-${id["Carla Mota"]}-contact`, "the first lead has the keys");
  const numberCell = page.locator(`#cell-${id["Carla Mota"]}-number`);
  const said = words("lead_number_cycle", { number: "#3", cycle: 1 });
  assert.equal((await numberCell.ariaSnapshot()).trim(), `- gridcell ${JSON.stringify(said)}`, "its number is said once");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await eventually(at, `cell-${id["Bruno Dias"]}-status`, "its status");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemcheckbox", { name: words("sale_qualified"), exact: true }).press("Enter");
  await cell(seller, "Bruno Dias", "status").filter({ hasText: words("sale_qualified") }).waitFor();
  await eventually(at, `cell-${id["Bruno Dias"]}-status`, "the keys stay with the lead");
  await page.keyboard.press("2");
  await cell(seller, "Bruno Dias", "marker").filter({ hasText: "🔥" }).waitFor();
  await page.keyboard.press("Control+z");
  await cell(seller, "Bruno Dias", "marker").filter({ hasText: words("marker_name_none") }).waitFor();

  // A score alone is a change, and only a whole number up to 100 is a score.
  await page.keyboard.press("Shift+l");
  const dialog = page.getByRole("dialog", { name: words("lead_change_status") });
  const number = dialog.getByRole("textbox", { name: words("lead_score_number") });
  for (const wrong of ["101", "-1", "7.5"]) {
    await number.fill(wrong);
    await dialog.getByRole("alert").filter({ hasText: words("error_score_invalid") }).waitFor();
  }
  await number.fill("78");
  await dialog.getByText(words("score_hot"), { exact: true }).waitFor();
  await number.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await cell(seller, "Bruno Dias", "score").filter({ hasText: "78" }).filter({ hasText: words("score_hot") }).waitFor();
  assert.equal((await leadOf(seller, id["Bruno Dias"])).state.status_id, await status(seller, "qualified"), "its status is as it was");

  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  const beside = page.getByRole("complementary", { name: words("board_chat_of", { name: "Bruno Dias" }) });
  await beside.waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.press("Escape");
  await beside.waitFor({ state: "detached" });
  await eventually(at, `cell-${id["Bruno Dias"]}-contact`, "Esc leads back to the row");
  await page.keyboard.press("h");
  const history = page.getByRole("dialog", { name: words("leads_history_of", { name: "Bruno Dias" }) });
  await history.getByRole("listitem").first().waitFor();
  await page.keyboard.press("Escape");
  await history.waitFor({ state: "detached" });
  // The head is one of the rows.
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await areShown(seller, ["Ana Ruiz", "Bruno Dias", "Carla Mota"], "sorted by the name");
});

flow("values are changed where they stand, with the mouse", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz");
  await leads(seller);
  const choose = async (column, name) => {
    await cell(seller, "Ana Ruiz", column).locator("[data-edit]").click();
    await page.getByRole("menuitemcheckbox", { name }).click();
    await page.getByRole("menu").waitFor({ state: "detached" });
  };
  await choose("stage", words("sale_qualified"));
  await cell(seller, "Ana Ruiz", "status").filter({ hasText: words("sale_qualified") }).waitFor();
  await choose("responsible", /^Ana/);
  await cell(seller, "Ana Ruiz", "responsible").filter({ hasText: "Ana" }).waitFor();
  await cell(seller, "Ana Ruiz", "responsible").locator("[data-edit]").click();
  await page.getByRole("menuitemcheckbox", { name: /^Ana/ }).filter({ hasText: words("leads_open_count", { count: 1, shown: 1 }) }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await choose("marker", words("marker_name_pending"));
  await cell(seller, "Ana Ruiz", "marker").filter({ hasText: "⏳" }).waitFor();
  assert.equal(await page.getByRole("complementary").count(), 0, "a press on a value opens no chat");
  const { state } = await leadOf(seller, id["Ana Ruiz"]);
  const { members } = await host.call("get_sale");
  assert.deepEqual([state.marker, state.responsible_id], ["pending", members[0].id], "kept");
});

flow("many leads are changed at once, reported, and taken back as one", {}, async (seller) => {
  const { page, words, host } = seller;
  const people = ["Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz", "Elena Gil", "Fabio Luz"];
  const id = await write(seller, ...people);
  const { members } = await host.call("get_sale");
  await leads(seller);
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  const picked = (count) => bar.getByText(words("leads_picked_count", { count, shown: count }), { exact: true });
  await cell(seller, "Fabio Luz", "pick").click();
  await cell(seller, "Dario Paz", "pick").click({ modifiers: ["Shift"] });
  await picked(3).waitFor();
  await bar.getByRole("button", { name: words("leads_assign") }).click();
  await page.getByRole("menuitem", { name: /^Ana/ }).click();
  const label = words("lead_did_responsible", { name: "Ana" });
  const told = (done) => `${label} · ${words("leads_bulk_done", { count: done, shown: done })}`;
  await seller.toast.filter({ hasText: told(3) }).waitFor();
  const responsible = async () => {
    const cards = await host.call("get_cards", { ids: Object.values(id) });
    return cards.filter(({ lead }) => lead.state.responsible_id === members[0].id).map(({ name }) => name).sort();
  };
  assert.deepEqual(await responsible(), ["Dario Paz", "Elena Gil", "Fabio Luz"], "these three");
  await undo(seller, told(3));
  await eventually(responsible, [], "one undo for all");

  // Somebody closes one of them while it is picked: it is not among them any more.
  await page.keyboard.press("Control+a");
  await picked(6).waitFor();
  await change(seller, id["Ana Ruiz"], { status: { status_id: await status(seller, "archived") } });
  await picked(5).waitFor();
  await bar.getByRole("button", { name: words("lead_status") }).click();
  const dialog = page.getByRole("dialog", { name: words("ask_status", { who: words("board_leads", { count: 5, shown: 5 }) }) });
  await dialog.getByText(words("sale_lost"), { exact: true }).click();
  const save = dialog.getByRole("button", { name: words("ask_status", { who: words("board_leads", { count: 5, shown: 5 }) }), exact: true });
  assert.equal(await save.getAttribute("data-tip"), words("error_reason_needed"), "a lost sale has a reason");
  await dialog.getByLabel(words("lead_lost_reason"), { exact: true }).click();
  await page.getByRole("option", { name: words("sale_price") }).click();
  await save.click();
  await page.getByRole("heading", { level: 2, name: words("leads_none") }).waitFor();
  await seller.toast.filter({ hasText: words("leads_bulk_done", { count: 5, shown: 5 }) }).waitFor();
  await undo(seller, words("leads_bulk_done", { count: 5, shown: 5 }));
  await eventually(async () => (await names(seller)).length, 5, "all are open again");

  // What is as it was already is left alone, said, and shown.
  await change(seller, id["Bruno Dias"], { marker: "urgent" });
  await page.keyboard.press("Control+a");
  await picked(5).waitFor();
  await page.keyboard.press("Control+a");
  assert.ok(await picked(5).isVisible(), "once more lets go of none");
  await bar.getByRole("button", { name: words("lead_marker") }).click();
  await page.getByRole("menuitem", { name: words("marker_name_urgent") }).click();
  const report = `${words("leads_bulk_done", { count: 4, shown: 4 })} · ${words("left_same", { count: 1, shown: 1 })}`;
  await seller.toast.filter({ hasText: report }).getByRole("button", { name: words("leads_see_them") }).click();
  const left = page.getByRole("dialog", { name: words("left_title") });
  await left.getByRole("heading", { name: words("left_same", { count: 1, shown: 1 }) }).waitFor();
  // After Esc the deed can still be taken back, and the keys are where they were.
  await page.keyboard.press("Escape");
  await left.waitFor({ state: "detached" });
  const seeThem = seller.toast.filter({ hasText: report }).getByRole("button", { name: words("leads_see_them") });
  await eventually(() => seeThem.evaluate((one) => one === document.activeElement), true, "Esc goes back to the toast");
  await seeThem.press("Enter");
  await left.getByRole("button", { name: words("left_in_table"), exact: true }).click();
  await areShown(seller, ["Bruno Dias"], "the one that was left as it was");

  // Their names lead to their chats, beside the board too.
  await seller.board();
  await seller.card("Fabio Luz").waitFor();
  await page.keyboard.press("x");
  await bar.getByRole("button", { name: words("lead_marker") }).click();
  await page.getByRole("menuitem", { name: words("marker_name_urgent") }).click();
  const nothing = words("bulk_nothing_because", { why: words("left_same", { count: 1, shown: 1 }) });
  await seller.toast.filter({ hasText: nothing }).getByRole("button", { name: words("leads_see_them") }).click();
  await left.getByRole("button", { name: "Fabio Luz", exact: true }).click();
  const beside = page.getByRole("complementary", { name: words("board_chat_of", { name: "Fabio Luz" }) });
  await beside.waitFor();
  await page.locator("[data-stage]").first().waitFor();
  await eventually(() => beside.evaluate((one) => one.contains(document.activeElement)), true, "the keys go into it");
});

flow("the inactive leads tell won, lost and archived apart", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz");
  const { reasons } = await host.call("get_sale");
  await change(seller, id["Ana Ruiz"], { status: { status_id: await status(seller, "converted") } });
  await change(seller, id["Bruno Dias"], { status: { status_id: await status(seller, "lost"), reason_id: reasons[0].id } });
  await change(seller, id["Carla Mota"], { status: { status_id: await status(seller, "archived") } });
  await leads(seller);
  const group = page.getByRole("group", { name: words("leads_outcomes") });
  assert.equal(await group.count(), 0, "active ones have not ended");
  await seller.tab("leads_tab_inactive").click();
  await areShown(seller, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "all of them");
  const counts = async () => (await group.getByRole("button").allInnerTexts()).map((text) => text.replace(/\D/g, ""));
  await eventually(counts, ["1", "1", "1"], "each says how many");
  const press = (name) => group.getByRole("button", { name: words(name) }).click();
  await press("sale_category_lost");
  await areShown(seller, ["Bruno Dias"], "lost ones");
  await eventually(counts, ["1", "1", "1"], "and what is out of sight is still counted");
  const tabCounts = async () => (await tabs(seller)).map((text) => text.replace(/\D/g, ""));
  await eventually(tabCounts, ["1", "3", "4"], "the tabs as well");
  await press("sale_category_won");
  await areShown(seller, ["Bruno Dias", "Ana Ruiz"], "either of them");
  const kept = async () => JSON.parse((await host.call("get_ui_state", { key: "window" })) ?? "{}")["leads-view"]?.outcomes;
  await eventually(kept, ["won", "lost"], "kept");
  await page.reload();
  await leads(seller);
  await areShown(seller, ["Bruno Dias", "Ana Ruiz"], "remembered");
  await page.getByRole("tab").first().click();
  await areShown(seller, ["Dario Paz"], "it narrows the inactive ones alone");
});

flow("tags are changed at their cell, by mouse and by keys, also of a closed lead", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias");
  const tag = { id: "0190a000-0000-7000-8000-000000000001", name: "Mayoreo", color: "#2f6fde" };
  await host.call("save_tag", { tag });
  await change(seller, id["Bruno Dias"], { status: { status_id: await status(seller, "archived") } });
  await leads(seller);
  await page.getByRole("button", { name: words("leads_columns") }).click();
  await page.getByRole("checkbox", { name: words("contact_tags") }).click();
  await page.keyboard.press("Escape");
  const has = async (who) => (await host.call("get_cards", { ids: [id[who]] }))[0].tags.map(({ name }) => name);
  const layer = page.getByRole("dialog", { name: words("contact_tags") });
  await cell(seller, "Ana Ruiz", "tags").locator("[data-edit]").click();
  await layer.getByText("Mayoreo", { exact: true }).click();
  await cell(seller, "Ana Ruiz", "tags").getByText("Mayoreo", { exact: true }).waitFor();
  assert.deepEqual(await has("Ana Ruiz"), ["Mayoreo"]);
  assert.ok(await layer.isVisible(), "it stays for the next one");
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });

  // The same without a mouse: to the last column, Enter, Space; and another one that is made there.
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await layer.getByRole("textbox", { name: words("tag_find_or_make") }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("ArrowDown");
  await layer.getByRole("checkbox", { name: "Mayoreo" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Space");
  await eventually(() => has("Ana Ruiz"), [], "off again");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("Navidad");
  await page.keyboard.press("Enter");
  await cell(seller, "Ana Ruiz", "tags").getByText("Navidad", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
  await grid(seller).and(page.locator(":focus")).waitFor();

  await page.getByRole("tab", { name: words("leads_tab_inactive") }).click();
  await areShown(seller, ["Bruno Dias"], "the closed one");
  await cell(seller, "Bruno Dias", "tags").locator("[data-edit]").click();
  await layer.getByText("Mayoreo", { exact: true }).click();
  await cell(seller, "Bruno Dias", "tags").getByText("Mayoreo", { exact: true }).waitFor();
});

flow("many leads get a follow-up each, reported, and taken back as one", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await leads(seller);
  await page.keyboard.press("Control+a");
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  await bar.getByText(words("leads_picked_count", { count: 3, shown: 3 }), { exact: true }).waitFor();
  await bar.getByRole("button", { name: words("leads_follow_up_each"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: words("follow_each", { count: 3, shown: 3 }) });
  await dialog.getByText(words("follow_kind_message"), { exact: true }).click();
  const save = dialog.getByRole("button", { name: words("follow_plan_message") });
  assert.equal(await save.getAttribute("data-tip"), words("error_empty_message"), "it has words");
  await dialog.getByLabel(words("follow_message"), { exact: true }).fill("Hola, {{contact.first_name}}");
  await save.click();
  const report = words("leads_bulk_done", { count: 3, shown: 3 });
  await seller.toast.filter({ hasText: report }).waitFor();
  const planned = async () => {
    const of = async (lead) => {
      const { contact_id } = (await host.call("get_cards", { ids: [lead] }))[0].lead;
      return (await host.call("list_follow_ups_of", { contact_id })).map(({ follow_up }) => follow_up.message.body.text);
    };
    return (await Promise.all(Object.values(id).map(of))).flat().sort();
  };
  assert.deepEqual(await planned(), ["Hola, Ana", "Hola, Bruno", "Hola, Carla"], "each in their own words");
  await undo(seller, report);
  await eventually(planned, [], "one undo takes all of it back");
});

flow("closing many says first how many follow-ups go with them, and asks nothing where there are none", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  const due_at_ms = Date.now() + 3 * 86_400_000;
  for (const who of ["Ana Ruiz", "Ana Ruiz", "Bruno Dias"])
    await host.call("save_follow_up", { follow_up_id: crypto.randomUUID(), lead_id: id[who], kind: "task", due_at_ms, note: "Llamar", cancel_if_reply: false });
  await leads(seller);
  await page.keyboard.press("Control+a");
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  const archive = bar.getByRole("button", { name: words("board_outcome_archived"), exact: true });
  await archive.click();
  const dialog = page.getByRole("dialog", { name: words("ask_status", { who: words("board_leads", { count: 3, shown: 3 }) }) });
  const of = words("board_leads", { count: 2, shown: 2 });
  await dialog.getByText(words("follow_will_cancel_of", { count: 3, shown: 3, leads: of }), { exact: true }).waitFor();
  await dialog.getByRole("button", { name: words("ask_status", { who: words("board_leads", { count: 3, shown: 3 }) }), exact: true }).click();
  const report = words("leads_bulk_done", { count: 3, shown: 3 });
  await seller.toast.filter({ hasText: report }).waitFor();
  const open = async () => (await host.call("list_follow_ups", { scope: "team", bucket: "later", offset: 0, limit: 50 })).total;
  await eventually(open, 0, "exactly those went");
  await undo(seller, report);
  await eventually(open, 3, "and come back as one");
  await cell(seller, "Carla Mota", "pick").click();
  await archive.click();
  await areShown(seller, ["Bruno Dias", "Ana Ruiz"], "nobody is asked where nothing goes along");
});

flow("the picked leads are exported alone", {}, async (seller) => {
  const { page, words, host } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await leads(seller);
  await cell(seller, "Carla Mota", "pick").click();
  await cell(seller, "Ana Ruiz", "pick").click();
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  await bar.getByRole("button", { name: words("export_verb"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: words("export_leads") });
  await dialog.getByText(words("board_leads", { count: 2, shown: 2 }), { exact: true }).waitFor();
  await dialog.getByRole("radio", { name: "CSV" }).check({ force: true });
  await dialog.getByRole("button", { name: words("export_verb"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const file = await readFile(join(host.folder, "data", "downloads", `${words("export_file_leads")}.csv`), "utf8");
  const lines = file.trim().split("\r\n").slice(1);
  assert.deepEqual(lines.map((line) => ["Ana Ruiz", "Bruno Dias", "Carla Mota"].find((who) => line.includes(who))), ["Carla Mota", "Ana Ruiz"]);
});

flow("the page goes out as the table shows it: its rows, its columns, its order", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await change(seller, id["Ana Ruiz"], { score: 83 });
  await host.call("save_follow_up", { follow_up_id: crypto.randomUUID(), lead_id: id["Ana Ruiz"], kind: "task", due_at_ms: Date.now() + 3 * 86_400_000, note: "Llamar", cancel_if_reply: false });
  await leads(seller);
  await seller.button("leads_columns").click();
  const layer = page.getByRole("dialog", { name: words("leads_columns") });
  for (const key of ["leads_number", "lead_status", "lead_stage", "lead_marker", "lead_source", "lead_responsible", "leads_line", "leads_last_activity", "lead_opened"])
    await layer.getByRole("checkbox", { name: words(key), exact: true }).uncheck();
  // Over the activity, the line, the responsible, the source and the score.
  const handle = layer.getByRole("button", { name: words("sale_move", { name: words("leads_follow_up") }) });
  for (let i = 0; i < 5; i++) await handle.press("ArrowUp");
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: words("contact") }).click();
  await areShown(seller, ["Ana Ruiz", "Bruno Dias", "Carla Mota"], "by name");
  await seller.button("export_leads").click();
  const dialog = page.getByRole("dialog", { name: words("export_leads") });
  await dialog.getByRole("radio", { name: words("export_page", { count: 3, shown: 3 }) }).check({ force: true });
  await dialog.getByRole("radio", { name: "CSV" }).check({ force: true });
  await dialog.getByRole("button", { name: words("export_verb"), exact: true }).click();
  await seller.toast.filter({ hasText: words("export_done", { count: 3, shown: 3 }) }).waitFor();
  const file = await readFile(join(host.folder, "data", "downloads", `${words("export_file_leads")}.csv`), "utf8");
  const [head, ...lines] = file.replace("\ufeff", "").trim().split("\r\n").map((line) => line.split(/[;,]/));
  const titles = ["field_name", "leads_follow_up", "export_col_score", "export_col_score_by"].map((key) => words(key));
  assert.deepEqual(head, titles, "its columns in their order and no other; a score goes with who gave it");
  assert.match(lines[0][1], /^\d{4}-\d\d-\d\d \d\d:\d\d$/, "when the next follow-up is due");
  assert.deepEqual(lines.map(([name, due, ...score]) => [name, due !== "", ...score]), [["Ana Ruiz", true, "83", words("leads_score_manual")], ["Bruno Dias", false, "", ""], ["Carla Mota", false, "", ""]]);
});

flow("columns, order and filter of the table are there again after a reload", {}, async (seller) => {
  const { page, words } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias");
  await change(seller, id["Ana Ruiz"], { marker: "urgent" });
  await leads(seller);
  const heads = async () => (await page.getByRole("columnheader").allInnerTexts()).map((text) => text.trim()).slice(1, 4);
  await eventually(heads, [words("leads_number"), words("contact"), words("lead_status")], "as the product shows them");
  await seller.button("leads_columns").click();
  const layer = page.getByRole("dialog", { name: words("leads_columns") });
  await layer.getByRole("checkbox", { name: words("leads_number") }).uncheck();
  await layer.getByRole("checkbox", { name: words("leads_closed") }).check();
  await layer.getByRole("button", { name: words("sale_move", { name: words("lead_status") }) }).press("ArrowUp");
  await page.keyboard.press("Escape");
  await eventually(heads, [words("lead_status"), words("contact"), words("lead_stage")], "chosen");
  await page.getByRole("columnheader", { name: words("lead_score") }).click();
  await filterBy(seller, "lead_marker", words("marker_name_urgent"));
  await areShown(seller, ["Ana Ruiz"], "filtered");
  await page.getByLabel(words("leads_per_page"), { exact: true }).click();
  await page.getByRole("option", { name: words("leads_count_per_page", { count: 100 }) }).click();
  await eventually(
    async () => JSON.parse((await seller.host.call("get_ui_state", { key: "window" })) ?? "{}")["leads-view"]?.per_page,
    100,
    "kept",
  );
  await page.reload();
  await leads(seller);
  await eventually(heads, [words("lead_status"), words("contact"), words("lead_stage")], "the columns");
  await areShown(seller, ["Ana Ruiz"], "the filter");
  await page.getByLabel(words("leads_per_page"), { exact: true }).filter({ hasText: "100" }).waitFor();
  assert.equal(
    await page.getByRole("columnheader", { name: words("lead_score") }).getAttribute("aria-sort"),
    "descending",
    "the order",
  );
  await seller.button("leads_columns").click();
  await seller.button("leads_columns_reset").click();
  await page.keyboard.press("Escape");
  await eventually(heads, [words("leads_number"), words("contact"), words("lead_status")], "back to the usual ones");
});

flow("the board is filtered: its columns count what is left, and a link shows all again", {}, async (seller) => {
  const { page, words } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await change(seller, id["Bruno Dias"], { marker: "urgent" });
  await seller.board();
  const intake = seller.column(words("sale_intake"));
  // Where a card was put says when; who of them came first does not matter here.
  const cards = async () => (await intake.locator("[data-lead] .name").allInnerTexts()).sort();
  await eventually(cards, ["Ana Ruiz", "Bruno Dias", "Carla Mota"], "all");
  await filterBy(seller, "lead_marker", words("marker_name_urgent"));
  await eventually(cards, ["Bruno Dias"], "what the filter leaves");
  await intake.getByRole("heading", { level: 2 }).filter({ hasText: "1" }).waitFor();
  const hidden = seller.button("board_hidden", { count: 2, shown: 2 });
  await hidden.waitFor();
  // What comes under the filter comes by itself.
  await change(seller, id["Ana Ruiz"], { marker: "urgent" });
  await eventually(cards, ["Ana Ruiz", "Bruno Dias"], "live");
  await eventually(async () => (await seller.host.call("get_ui_state", { key: "window" }))?.includes('"board-filters":{"marker'), true, "kept");
  await page.reload();
  await seller.board();
  await eventually(cards, ["Ana Ruiz", "Bruno Dias"], "remembered");
  await seller.button("board_hidden", { count: 1, shown: 1 }).click();
  await eventually(cards, ["Ana Ruiz", "Bruno Dias", "Carla Mota"], "all again");
  assert.equal(await page.getByRole("button", { name: /hidden by the filter/ }).count(), 0, "nothing is hidden");
});

flow("leads and cards are filtered by their next follow-up, and who is given one comes by itself", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  const plan = (who) =>
    host.call("save_follow_up", { follow_up_id: crypto.randomUUID(), lead_id: id[who], kind: "task", due_at_ms: Date.now() + 3 * 86_400_000, note: "Llamar", cancel_if_reply: false });
  await plan("Ana Ruiz");
  await leads(seller);
  const field = words("leads_follow_up");
  const pick = async (value) => {
    await seller.button("leads_filter_more").click();
    await page.getByRole("menuitemcheckbox", { name: field, exact: true }).click();
    const layer = page.getByRole("dialog", { name: field });
    await layer.locator("[data-choice]").filter({ hasText: words(value) }).click();
    await page.keyboard.press("Escape");
    await layer.waitFor({ state: "detached" });
  };
  await pick("leads_filter_follow_planned");
  await areShown(seller, ["Ana Ruiz"], "who has one");
  await page.getByRole("button", { name: `${field}: ${words("leads_filter_follow_planned")}`, exact: true }).waitFor();
  await plan("Bruno Dias");
  await areShown(seller, ["Bruno Dias", "Ana Ruiz"], "comes by itself");
  await pick("follow_overdue_one");
  await page.getByRole("heading", { level: 2, name: words("leads_none_match") }).waitFor();
  await pick("leads_filter_follow_none");
  await areShown(seller, ["Carla Mota"], "who was forgotten");
  await eventually(async () => (await host.call("get_ui_state", { key: "window" }))?.includes('"follow_up":"none"'), true, "kept");
  await page.reload();
  await leads(seller);
  await areShown(seller, ["Carla Mota"], "remembered");
  await seller.button("remove_filter", { name: field }).click();
  await areShown(seller, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "all again");

  await seller.board();
  await pick("leads_filter_follow_none");
  const cards = async () => (await seller.column(words("sale_intake")).locator("[data-lead] .name").allInnerTexts()).sort();
  await eventually(cards, ["Carla Mota"], "on the board too");
  await seller.button("board_hidden", { count: 2, shown: 2 }).click();
  await eventually(cards, ["Ana Ruiz", "Bruno Dias", "Carla Mota"], "a link shows all again");
});

flow("the leads can be worked at 200 % on a small screen", { viewport: { width: 640, height: 400 } }, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias");
  await leads(seller);
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, "the page is not wider than the window");
  await cell(seller, "Ana Ruiz", "pick").click();
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  const box = await bar.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 640, "what can be done is in view");
  const first = await rows(seller).first().boundingBox();
  assert.ok(first.y + first.height < 400 - 80, "a row is in view");
});

flow("the board stands by lead status or marker, and a drop there changes that", {}, async (seller) => {
  const { page, words } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias");
  await change(seller, id["Ana Ruiz"], { marker: "urgent" });
  await seller.board();
  await seller.card("Bruno Dias").waitFor();
  const group = async (key) => {
    await page.getByLabel(words("board_group"), { exact: true }).click();
    await page.getByRole("option", { name: words(key), exact: true }).click();
  };
  const namesIn = (name) => seller.column(name).locator("[data-lead] .name").allInnerTexts();
  await group("board_group_status");
  await eventually(() => namesIn(words("sale_new")), ["Bruno Dias", "Ana Ruiz"], "who wrote last on top");
  await seller.column(words("sale_new")).getByRole("heading", { level: 2 }).filter({ hasText: "2" }).waitFor();
  // By the keys, as among stages.
  await seller.card("Bruno Dias").waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await eventually(() => namesIn(words("sale_qualifying")), ["Bruno Dias"], "moved");
  await eventually(
    async () => (await leadOf(seller, id["Bruno Dias"])).state.status_id,
    await status(seller, "qualifying"),
    "its lead status is that of the column",
  );
  await page.keyboard.press("Control+z");
  await eventually(() => namesIn(words("sale_new")), ["Bruno Dias", "Ana Ruiz"], "taken back");

  await group("board_group_marker");
  const urgent = `🔥 ${words("marker_name_urgent")}`;
  await eventually(() => namesIn(urgent), ["Ana Ruiz"], "by marker");
  const card = await seller.card("Bruno Dias").boundingBox();
  const target = await seller.column(urgent).boundingBox();
  await page.mouse.move(card.x + 40, card.y + 40);
  await page.mouse.down();
  await page.mouse.move(card.x + 52, card.y + 52, { steps: 4 });
  await page.mouse.move(target.x + target.width / 2, target.y + 200, { steps: 6 });
  await page.mouse.up();
  await eventually(async () => (await namesIn(urgent)).sort(), ["Ana Ruiz", "Bruno Dias"], "dragged");
  await eventually(async () => (await leadOf(seller, id["Bruno Dias"])).state.marker, "urgent", "and marked");
  await page.reload();
  await seller.board();
  await eventually(async () => (await namesIn(urgent)).sort(), ["Ana Ruiz", "Bruno Dias"], "remembered");
  await group("board_group_stage");
  await eventually(async () => (await namesIn(words("sale_intake"))).sort(), ["Ana Ruiz", "Bruno Dias"], "by stage again");
});

flow("the board stands by responsible, and a drop there assigns", {}, async (seller) => {
  const { page, words, host } = seller;
  const id = await write(seller, "Ana Ruiz", "Bruno Dias");
  const { members } = await host.call("get_sale");
  await host.call("change_leads", { lead_ids: Object.values(id), patch: { responsible_id: null } });
  await seller.board();
  await seller.card("Bruno Dias").waitFor();
  await page.getByLabel(words("board_group"), { exact: true }).click();
  await page.getByRole("option", { name: words("board_group_responsible"), exact: true }).click();
  const nobody = seller.column(words("lead_nobody"));
  await eventually(() => nobody.locator("[data-lead] .name").allInnerTexts(), ["Bruno Dias", "Ana Ruiz"], "nobody is a column");
  await page.keyboard.press("Home");
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await eventually(async () => (await leadOf(seller, id["Bruno Dias"])).state.responsible_id, members[0].id, "given to the one of that column");
  await seller.card("Bruno Dias").locator(".member .avatar").waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "board-responsible.png") });
  await page.keyboard.press("Control+z");
  await eventually(async () => (await leadOf(seller, id["Bruno Dias"])).state.responsible_id ?? null, null, "taken back");
});

flow("hundreds are changed with the number so far in sight", { timeout: 180_000 }, async (seller) => {
  const { page, words, host, simulator } = seller;
  const count = 420;
  const messages = Array.from({ length: count }, (_, i) => ({
    external_id: `many-${i}`,
    name: `Cliente ${String(i).padStart(3, "0")}`,
    body: { kind: "text", text: "Hola" },
    after_ms: -3_600_000,
  }));
  await simulator.control({ do: "inject", messages });
  await eventually(async () => (await host.call("count_leads", { filter: {} })).active, count, "all of them are leads");
  await leads(seller);
  await eventually(async () => (await names(seller)).length > 0, true, "shown");
  await page.getByText(words("leads_which", { from: 1, to: 50, total: count }), { exact: true }).waitFor();
  await page.keyboard.press("Control+a");
  await page.getByRole("button", { name: words("leads_pick_all", { count, shown: count }) }).click();
  const bar = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  await bar.getByText(words("leads_picked_count", { count, shown: count }), { exact: true }).waitFor();
  // What it says on its way is kept: it may be over before anybody looks.
  await page.evaluate(() => {
    globalThis.said = [];
    new MutationObserver(() => {
      const bar = document.querySelector("progress");
      if (bar) globalThis.said.push([bar.value, bar.max]);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await bar.getByRole("button", { name: words("lead_marker") }).click();
  await page.getByRole("menuitem", { name: words("marker_name_important") }).click();
  const report = words("leads_bulk_done", { count, shown: count });
  await seller.toast.filter({ hasText: report }).waitFor();
  const marked = async () => (await host.call("count_leads", { filter: { markers: ["important"] } })).active;
  assert.equal(await marked(), count, "also those of other pages");
  const said = await page.evaluate(() => globalThis.said);
  assert.ok(said.some(([done, of]) => done === 200 && of === count), "after the first 200 it says so");
  await undo(seller, report);
  await eventually(marked, 0, "one undo takes all of it back");
  await page.getByRole("button", { name: words("leads_page", { page: 9 }), exact: true }).click();
  await page.getByText(words("leads_which", { from: 401, to: count, total: count }), { exact: true }).waitFor();
});
