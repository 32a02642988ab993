// What leads point to, as a workspace names it: statuses, funnels with their stages, sources, reasons, first messages.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const box = (seller) => seller.page.getByRole("region", { name: new RegExp(`^${seller.words("lead")}`) });
/** Where the person in the panel came from; their lead's stands there only where it is another. */
const source = (seller, name) => seller.page.getByLabel(seller.words("contact_source"), { exact: true }).filter({ hasText: name });
const fact = (seller, key, value) => box(seller).getByRole("button", { name: `${seller.words(key)}: ${value}`, exact: true });
const choose = async (seller, within, label, option) => {
  await within.getByLabel(label, { exact: true }).click();
  await seller.page.getByRole("option", { name: option }).click();
};
async function page(seller, key) {
  await seller.settings(seller.words("sale_title"));
  await seller.page.getByRole("tab", { name: seller.words(key), exact: true }).click();
}
const names = async (list) => (await list.getByRole("listitem").allInnerTexts()).map((text) => text.split("\n")[0].trim());
async function addStatus(seller, name) {
  await seller.button("sale_new_status").click();
  const dialog = seller.page.getByRole("dialog", { name: seller.words("sale_new_status") });
  await dialog.getByLabel(seller.words("sale_name"), { exact: true }).fill(name);
  return dialog;
}

flow("a lead status is added, used, renamed, and goes once its leads have another one", {}, async (seller) => {
  const { page: screen, words } = seller;
  await seller.simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await fact(seller, "lead_status", words("sale_new")).waitFor();

  await page(seller, "sale_statuses");
  let dialog = await addStatus(seller, " nEw ");
  await dialog.getByRole("alert").filter({ hasText: words("error_name_taken", { name: words("sale_new") }) }).waitFor();
  await dialog.getByLabel(words("sale_name"), { exact: true }).fill("Quoted");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const open = screen.getByRole("list", { name: words("sale_category_open") });
  await open.getByText("Quoted", { exact: true }).waitFor();

  await seller.inbox();
  await fact(seller, "lead_status", words("sale_new")).click();
  await screen.getByRole("menuitemcheckbox", { name: "Quoted", exact: true }).click();
  await fact(seller, "lead_status", "Quoted").waitFor();

  // Renamed: the lead's chip follows, its history keeps what was said then.
  await page(seller, "sale_statuses");
  await open.getByRole("listitem").filter({ hasText: "Quoted" }).getByText(words("sale_leads", { count: 1, shown: 1 })).waitFor();
  await seller.button("sale_edit", { name: "Quoted" }).click();
  dialog = screen.getByRole("dialog", { name: words("sale_edit_status") });
  await dialog.getByText(words("error_category_fixed")).waitFor();
  await dialog.getByLabel(words("sale_name"), { exact: true }).fill("Offer sent");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await seller.inbox();
  await fact(seller, "lead_status", "Offer sent").waitFor();
  await screen.getByText(words("history_status", { who: "Ana", from: words("sale_new"), to: "Quoted" }), { exact: true }).waitFor();

  await page(seller, "sale_statuses");
  await seller.button("sale_delete", { name: "Offer sent" }).click();
  dialog = screen.getByRole("dialog", { name: words("sale_delete", { name: "Offer sent" }) });
  await dialog.getByText(words("sale_status_used", { count: 1, shown: 1, name: "Offer sent" })).waitFor();
  await choose(seller, dialog, words("sale_move_leads", { count: 1, shown: 1 }), words("sale_qualified"));
  await dialog.getByRole("button", { name: words("sale_move_delete") }).click();
  await open.getByText("Offer sent", { exact: true }).waitFor({ state: "detached" });
  await seller.inbox();
  await fact(seller, "lead_status", words("sale_qualified")).waitFor();

  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
  await fact(seller, "lead_status", "Offer sent").waitFor();
});

flow("a lead status of the product can be renamed and not deleted", {}, async (seller) => {
  const { page: screen, words } = seller;
  await page(seller, "sale_statuses");
  const gone = seller.button("sale_delete", { name: words("sale_converted") });
  assert.equal(await gone.getAttribute("data-tip"), words("error_status_system", { status: words("sale_converted") }));
  await seller.button("sale_edit", { name: words("sale_converted") }).click();
  const dialog = screen.getByRole("dialog", { name: words("sale_edit_status") });
  await dialog.getByLabel(words("sale_name"), { exact: true }).fill("Sold");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await screen.getByRole("list", { name: words("sale_category_won") }).getByText("Sold", { exact: true }).waitFor();
  // Its own word again is no name of its own: it follows the language.
  await seller.button("sale_edit", { name: "Sold" }).click();
  await dialog.getByLabel(words("sale_name"), { exact: true }).fill(words("sale_converted"));
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await eventually(
    async () => (await seller.host.call("get_sale")).statuses.find((one) => one.code === "converted").name,
    "",
    "no name of its own is kept",
  );
});

flow("lead statuses and stages are put in another order with the mouse and with the keys", {}, async (seller) => {
  const { page: screen, words } = seller;
  await page(seller, "sale_statuses");
  const open = screen.getByRole("list", { name: words("sale_category_open") });
  const before = ["sale_new", "sale_contacted", "sale_qualifying", "sale_qualified", "sale_follow_up"].map((key) => words(key));
  // Each with its short number, which stays with it and need not be seen.
  const ids = async () => (await open.getByRole("listitem").locator(".id").allInnerTexts()).map((text) => text.split("\n")[0].trim());
  assert.deepEqual(await ids(), ["1", "2", "3", "4", "5"]);
  await seller.button("leads_columns").click();
  await screen.getByRole("menuitemcheckbox", { name: words("sale_id"), exact: true }).click();
  assert.deepEqual(await ids(), []);
  assert.deepEqual(await names(open), before);
  await seller.button("sale_move", { name: before[0] }).press("ArrowDown");
  await eventually(() => names(open), [before[1], before[0], ...before.slice(2)], "one down by its key");
  await seller.button("sale_move", { name: before[0] }).press("ArrowUp");
  await eventually(() => names(open), before, "and up again: the handle kept the focus");

  const from = await seller.button("sale_move", { name: before[4] }).boundingBox();
  const to = await seller.button("sale_move", { name: before[0] }).boundingBox();
  await screen.mouse.move(from.x + 8, from.y + 8);
  await screen.mouse.down();
  await screen.mouse.move(from.x + 8, from.y - 60, { steps: 4 });
  await screen.mouse.move(to.x + 8, to.y + 2, { steps: 6 });
  await screen.mouse.up();
  await eventually(() => names(open), [before[4], ...before.slice(0, 4)], "dropped on top");
  const said = seller.toast.filter({ hasText: words("sale_did_move", { name: before[4] }) });
  await said.getByRole("button", { name: words("undo"), exact: true }).click();
  await eventually(() => names(open), before, "and taken back");
});

flow("a funnel with stages of its own is made, starred, and gives its leads to another when it goes", {}, async (seller) => {
  const { page: screen, words } = seller;
  await seller.simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await fact(seller, "lead_stage", words("sale_intake")).waitFor();

  await page(seller, "sale_funnels");
  await seller.button("sale_new_funnel").click();
  let dialog = screen.getByRole("dialog", { name: words("sale_new_funnel") });
  await dialog.getByRole("textbox", { name: words("sale_funnel_name") }).fill("Weddings");
  await dialog.getByRole("textbox", { name: words("sale_stage_name") }).fill("Visit");
  await dialog.getByRole("button", { name: words("sale_add_stage") }).click();
  await dialog.getByRole("textbox", { name: words("sale_stage_name") }).nth(1).fill("visit");
  const save = dialog.getByRole("button", { name: words("save"), exact: true });
  assert.equal(await save.getAttribute("data-tip"), words("error_name_taken", { name: "visit" }), "no two stages are called the same");
  await dialog.getByRole("textbox", { name: words("sale_stage_name") }).nth(1).fill("Date set");
  await choose(seller, dialog, words("sale_bound_of", { stage: "Date set" }), words("sale_qualified"));
  await save.click();
  await dialog.waitFor({ state: "detached" });
  const funnels = screen.getByRole("list", { name: words("sale_funnels") });
  await funnels.getByText("Visit › Date set").waitFor();

  // The bound stage takes its status along.
  await seller.inbox();
  await fact(seller, "lead_stage", words("sale_intake")).click();
  await screen.getByRole("menuitem", { name: "Weddings" }).click();
  await screen.getByRole("menuitemcheckbox", { name: "Date set", exact: true }).click();
  await fact(seller, "lead_status", words("sale_qualified")).waitFor();

  await page(seller, "sale_funnels");
  await seller.button("sale_make_main", { name: "Weddings" }).click();
  dialog = screen.getByRole("dialog", { name: words("sale_make_main", { name: "Weddings" }) });
  await dialog.getByText(words("sale_make_main_text", { name: "Weddings" })).waitFor();
  await dialog.getByRole("button", { name: words("sale_make_main_button") }).click();
  await seller.button("sale_is_main", { name: "Weddings" }).waitFor();
  assert.equal(
    await seller.button("sale_delete", { name: "Weddings" }).getAttribute("data-tip"),
    words("error_funnel_main"),
    "there is always a main one",
  );
  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
  await seller.button("sale_is_main", { name: words("sale_sales") }).waitFor();

  await seller.button("sale_delete", { name: "Weddings" }).click();
  dialog = screen.getByRole("dialog", { name: words("sale_delete", { name: "Weddings" }) });
  await choose(seller, dialog, words("sale_move_leads", { count: 1, shown: 1 }), words("sale_qualifying"));
  await dialog.getByRole("button", { name: words("sale_move_delete") }).click();
  await funnels.getByText("Weddings", { exact: true }).waitFor({ state: "detached" });
  await seller.inbox();
  await fact(seller, "lead_stage", words("sale_qualifying")).waitFor();
});

flow("a stage with leads goes only after it is said where they go", {}, async (seller) => {
  const { page: screen, words } = seller;
  await seller.simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await fact(seller, "lead_stage", words("sale_intake")).click();
  await screen.getByRole("menuitemcheckbox", { name: words("sale_qualified"), exact: true }).click();
  await fact(seller, "lead_stage", words("sale_qualified")).waitFor();

  await page(seller, "sale_funnels");
  await screen.getByRole("list", { name: words("sale_funnels") }).getByText(words("sale_leads", { count: 1, shown: 1 })).waitFor();
  await seller.button("sale_edit", { name: words("sale_sales") }).click();
  const dialog = screen.getByRole("dialog", { name: words("sale_edit_funnel") });
  await dialog.getByRole("button", { name: words("sale_delete", { name: words("sale_qualified") }), exact: true }).click();
  const save = dialog.getByRole("button", { name: words("save"), exact: true });
  assert.equal(await save.getAttribute("data-tip"), words("sale_choose_first"));
  await choose(seller, dialog, words("sale_stage_goes", { count: 1, shown: 1, name: words("sale_qualified") }), words("sale_contacted"));
  await save.click();
  await dialog.waitFor({ state: "detached" });
  await seller.inbox();
  await fact(seller, "lead_stage", words("sale_contacted")).waitFor();
  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
  await fact(seller, "lead_stage", words("sale_qualified")).waitFor();
});

flow("golden 24: a source is there once, and one in use gives its leads to another before it goes", {}, async (seller) => {
  const { page: screen, words } = seller;
  await page(seller, "sale_sources");
  const add = screen.getByRole("textbox", { name: words("sale_new_source") });
  await add.fill("Facebook");
  await add.press("Enter");
  const sources = screen.getByRole("list", { name: words("sale_sources") });
  const field = (name) => sources.getByRole("textbox", { name: words("sale_name_of", { name }), exact: true });
  await field("Facebook").waitFor();
  await add.fill(" fácebook ");
  const refused = screen.getByRole("alert").filter({ hasText: words("error_name_taken", { name: "Facebook" }) });
  await refused.waitFor();
  await add.press("Enter");
  await refused.getByRole("button", { name: words("sale_use_it", { name: "Facebook" }) }).click();
  assert.equal(await add.inputValue(), "");
  assert.equal(await field("Facebook").evaluate((e) => e === document.activeElement), true, "and is the one to go on with");
  assert.equal(await field("Facebook").count(), 1, "it is there once");

  // A line's first messages get it.
  await page(seller, "sale_first");
  await choose(seller, screen.getByRole("main"), words("lead_source"), "Facebook");
  await seller.toast.filter({ hasText: words("sale_did_first", { line: "Shop" }) }).waitFor();
  await seller.simulator.write("Bruno Dias", "Oi");
  await seller.inbox();
  await seller.openChat("Bruno Dias");
  await source(seller, "Facebook").waitFor();

  await page(seller, "sale_sources");
  await sources.getByRole("listitem").filter({ has: screen.getByRole("textbox", { name: words("sale_name_of", { name: "Facebook" }), exact: true }) }).getByText(words("sale_leads", { count: 1, shown: 1 })).waitFor();
  await seller.button("sale_delete", { name: "Facebook" }).click();
  const dialog = screen.getByRole("dialog", { name: words("sale_delete", { name: "Facebook" }) });
  await dialog.getByText(words("sale_source_used", { count: 1, shown: 1, name: "Facebook" })).waitFor();
  await choose(seller, dialog, words("sale_use_instead"), words("sale_manual"));
  await dialog.getByRole("button", { name: words("sale_move_delete") }).click();
  await field("Facebook").waitFor({ state: "detached" });
  await seller.inbox();
  await source(seller, words("sale_manual")).waitFor();
});

flow("a source that only contacts have is counted, leads to them, and what nothing uses goes after one question", {}, async (seller) => {
  const { page: screen, words, host } = seller;
  await page(seller, "sale_sources");
  const add = screen.getByRole("textbox", { name: words("sale_new_source") });
  const sources = screen.getByRole("list", { name: words("sale_sources") });
  const field = (name) => sources.getByRole("textbox", { name: words("sale_name_of", { name }), exact: true });
  await add.fill("Feira");
  await add.press("Enter");
  await field("Feira").waitFor();
  const feira = (await host.call("get_sale")).sources.find((source) => source.name === "Feira");
  await host.call("create_contact", { name: "João Prado", source_id: feira.id });
  const row = sources.getByRole("listitem").filter({ has: screen.getByRole("textbox", { name: words("sale_name_of", { name: "Feira" }), exact: true }) });
  await row.getByText(words("sale_contacts", { count: 1, shown: 1 }), { exact: true }).waitFor();
  await seller.button("sale_delete", { name: "Feira" }).click();
  const dialog = screen.getByRole("dialog", { name: words("sale_delete", { name: "Feira" }) });
  await dialog.getByText(words("sale_source_used_contacts", { count: 1, shown: 1, name: "Feira" })).waitFor();
  await dialog.getByRole("button", { name: words("sale_see_them"), exact: true }).click();
  await screen.getByRole("heading", { level: 1, name: words("directory"), exact: true }).waitFor();
  await screen.getByRole("row").filter({ hasText: "João Prado" }).waitFor();

  const [joao] = (await host.call("list_contacts", { tab: "all", filter: {}, text: "", sort: "name", descending: false, offset: 0, limit: 10 })).rows;
  await host.call("set_contact_source", { contact_id: joao.contact_id, source_id: null });
  await page(seller, "sale_sources");
  await seller.button("sale_delete", { name: "Feira" }).click();
  await dialog.getByText(words("sale_delete_text"), { exact: true }).waitFor();
  await dialog.getByRole("button", { name: words("cancel"), exact: true }).click();
  await field("Feira").waitFor();
  await seller.button("sale_delete", { name: "Feira" }).click();
  await dialog.getByRole("button", { name: words("delete"), exact: true }).click();
  await field("Feira").waitFor({ state: "detached" });
  await seller.toast.filter({ hasText: words("sale_did_delete", { name: "Feira" }) }).getByRole("button", { name: words("undo"), exact: true }).click();
  await field("Feira").waitFor();
});

flow("a line whose first messages open nothing leaves the lead to the seller", {}, async (seller) => {
  const { page: screen, words } = seller;
  await page(seller, "sale_first");
  await screen.getByRole("switch", { name: words("sale_first_on") }).click();
  await screen.getByText(words("sale_first_off_hint")).waitFor();
  await seller.simulator.write("Bruno Dias", "Oi");
  await seller.inbox();
  await seller.openChat("Bruno Dias");
  await box(seller).getByText(words("lead_none_text")).waitFor();
  await box(seller).getByRole("button", { name: words("lead_create"), exact: true }).click();
  await fact(seller, "lead_status", words("sale_new")).waitFor();
  await box(seller).getByText(words("sale_manual"), { exact: true }).waitFor();
});

flow("the reason of a lost lead can be left out where the workspace says so; reasons are its own", {}, async (seller) => {
  const { page: screen, words } = seller;
  await seller.simulator.write("Bruno Dias", "Oi");
  await page(seller, "sale_reasons");
  const reasons = screen.getByRole("list", { name: words("sale_reasons") });
  const price = reasons.getByRole("textbox", { name: words("sale_name_of", { name: words("sale_price") }), exact: true });
  await price.fill("Too dear");
  await price.press("Enter");
  await reasons.getByRole("textbox", { name: words("sale_name_of", { name: "Too dear" }), exact: true }).waitFor();
  await screen.getByRole("tab", { name: words("sale_options"), exact: true }).click();
  await screen.getByRole("switch", { name: words("sale_opt_reason") }).click();
  await seller.toast.filter({ hasText: words("settings_did_save") }).waitFor();
  await seller.inbox();
  await seller.openChat("Bruno Dias");
  await fact(seller, "lead_status", words("sale_new")).click();
  await screen.getByRole("menuitemcheckbox", { name: words("sale_lost"), exact: true }).click();
  await box(seller).getByText(words("error_lead_final", { status: words("sale_lost") })).waitFor();
});

flow("an answer takes a lead on from Intake where that is switched on", {}, async (seller) => {
  const { page: screen, words, host } = seller;
  await page(seller, "sale_options");
  await screen.getByRole("switch", { name: words("sale_opt_moves_on") }).click();
  await seller.toast.filter({ hasText: words("settings_did_save") }).waitFor();
  // The days are asked for only where the suggestion is on.
  const days = screen.getByLabel(words("sale_opt_stuck_after"), { exact: true });
  assert.equal(await days.count(), 0);
  await screen.getByRole("switch", { name: words("sale_opt_stuck") }).click();
  await days.click();
  await screen.getByRole("option", { name: words("sale_opt_days", { count: 14 }), exact: true }).click();
  const { settings } = await host.call("get_sale");
  assert.equal(settings.moves_on_with_an_answer, true);
  await eventually(async () => (await host.call("get_sale")).settings.suggests_stuck_days, 14, "kept");
  await seller.simulator.write("Bruno Dias", "Oi");
  await seller.inbox();
  await seller.openChat("Bruno Dias");
  await fact(seller, "lead_stage", words("sale_intake")).waitFor();
  await seller.send("Oi, Bruno");
  await fact(seller, "lead_stage", words("sale_contacted")).waitFor();
  await fact(seller, "lead_status", words("sale_contacted")).waitFor();
});
