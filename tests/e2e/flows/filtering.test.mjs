// The inbox by what is known of leads, tags, markers of one's own, and the search by all of it.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const WHO = ["Ana Uno", "Beto Dos", "Caro Tres"];

/** Three customers with leads; gives the lead of each. */
async function customers(seller) {
  const { host, simulator } = seller;
  for (const who of WHO) await simulator.write(who, `Hola, soy ${who}`);
  for (const who of WHO) await seller.row(who).waitFor();
  const leads = {};
  const read = async () => {
    const { cards } = await host.call("list_leads", { filter: {}, sort: "number", offset: 0, limit: 50 });
    for (const card of cards) leads[card.name] = card.lead;
    return cards.length;
  };
  await eventually(read, WHO.length, "each of them has a lead");
  return leads;
}
const change = (seller, lead, patch) => seller.host.call("change_leads", { lead_ids: [lead.id], patch });
const statusId = async (seller, code) => (await seller.host.call("get_sale")).statuses.find((one) => one.code === code).id;
async function tag(seller, name, who) {
  const id = crypto.randomUUID();
  await seller.host.call("save_tag", { tag: { id, name, color: "#b3362b" } });
  const ids = await Promise.all(who.map((one) => seller.chatOf(one)));
  const target = { of: "chats", target: { on: "ids", ids } };
  await seller.host.call("bulk_tag", { id: crypto.randomUUID(), target, tag_id: id, on: true });
  return id;
}
const rowNames = async (seller) => (await seller.page.getByRole("row").locator(".name").allInnerTexts()).sort();
const into = (seller, key) => seller.page.locator(`[data-field="${key}"]`);
const tick = (seller, name) => seller.page.getByRole("checkbox", { name, exact: true });
async function tagsPage(seller) {
  await seller.settings(seller.words("sale_title"));
  await seller.page.getByRole("tab", { name: seller.words("tags"), exact: true }).click();
}

flow("the inbox is filtered by lead status, marker and tags, counts exactly, and keeps it", {}, async (seller) => {
  const { page, words } = seller;
  const leads = await customers(seller);
  await change(seller, leads["Ana Uno"], { marker: "urgent" });
  await change(seller, leads["Beto Dos"], { status: { status_id: await statusId(seller, "qualified") } });
  await tag(seller, "VIP", ["Ana Uno", "Beto Dos"]);
  await tag(seller, "Mayoreo", ["Beto Dos"]);

  await seller.button("filter").click();
  await into(seller, "status").click();
  await tick(seller, words("sale_qualified")).check({ force: true });
  await page.getByText(words("result_count", { count: 1, shown: 1 })).waitFor();
  await tick(seller, words("sale_new")).check({ force: true });
  await page.getByText(words("result_count", { count: 3, shown: 3 })).waitFor();
  await seller.button("filter_back").click();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.field), "status", "back where one was");
  await into(seller, "marker").press("Enter");
  await tick(seller, words("marker_name_urgent")).press("Space");
  await page.getByText(words("result_count", { count: 1, shown: 1 })).waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => rowNames(seller), ["Ana Uno"], "new or qualified, and urgent");
  const chip = words("chip_field", { field: words("lead_marker"), value: words("marker_name_urgent") });
  await page.getByRole("button", { name: words("remove_filter", { name: chip }) }).click();
  await eventually(() => rowNames(seller), WHO, "without the marker");

  await seller.button("filter").click();
  await into(seller, "tags").click();
  await tick(seller, "VIP").check({ force: true });
  await tick(seller, "Mayoreo").check({ force: true });
  await page.getByText(words("result_count", { count: 2, shown: 2 })).waitFor();
  await page.getByRole("radiogroup", { name: words("filter_tags_how") }).getByText(words("filter_tags_all"), { exact: true }).click();
  await page.getByText(words("result_count", { count: 1, shown: 1 })).waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => rowNames(seller), ["Beto Dos"], "all of the tags");
  // What somebody does elsewhere moves rows in and out.
  await change(seller, leads["Beto Dos"], { status: { status_id: await statusId(seller, "archived") } });
  await page.getByText(words("empty_filtered"), { exact: true }).waitFor();
  const kept = async () => JSON.parse(await seller.host.call("get_ui_state", { key: "window" })).view?.filter.all_tags;
  await eventually(kept, true, "it is kept a moment after it was chosen");
  await page.reload();
  await page.getByText(words("empty_filtered"), { exact: true }).waitFor();
  await page.getByRole("button", { name: words("clear"), exact: true }).click();
  await eventually(() => rowNames(seller), WHO, "all again");

  await seller.button("order_now", { order: words("order_newest") }).click();
  await page.getByRole("menuitemcheckbox", { name: words("order_marker") }).click();
  await eventually(
    async () => (await page.getByRole("row").locator(".name").allInnerTexts())[0],
    "Ana Uno",
    "the most pressing first",
  );
});

flow("the filters are seen whole on a small screen", { viewport: { width: 1024, height: 720 } }, async (seller) => {
  const { page, words } = seller;
  await customers(seller);
  await seller.button("filter").click();
  const panel = page.getByRole("dialog", { name: words("filter") });
  await panel.getByRole("button", { name: words("done"), exact: true }).waitFor();
  const cut_px = await panel.evaluate((el) => el.scrollHeight - el.clientHeight);
  assert.equal(cut_px, 0, "nothing has to be scrolled to where there is room");
});

flow("picked chats get a tag, a marker and a stage at once; closed leads are said to be skipped", {}, async (seller) => {
  const { page, words, host } = seller;
  const leads = await customers(seller);
  await change(seller, leads["Caro Tres"], { status: { status_id: await statusId(seller, "archived") } });
  for (const who of WHO) await seller.row(who).click({ modifiers: ["Control"] });
  // They stay picked for the next deed.
  const allPicked = () => page.getByText(words("bulk_count", { count: 3, shown: 3 })).waitFor();
  await allPicked();
  await seller.button("bulk_tags").click();
  await page.getByRole("textbox", { name: words("tag_find_or_make") }).fill("Feria");
  await page.getByRole("button", { name: words("tag_make", { name: "Feria" }) }).waitFor();
  await page.keyboard.press("Enter");
  await seller.toast.filter({ hasText: words("did_bulk_tag", { count: 3, shown: 3, tag: "Feria" }) }).waitFor();
  const contacts = async (name) => (await host.call("list_tags")).find((use) => use.tag.name === name)?.contacts;
  assert.equal(await contacts("Feria"), 3, "Enter made what was lit");
  await tag(seller, "VIP", ["Ana Uno"]);
  await allPicked();
  await seller.button("bulk_tags").click();
  await page.getByRole("button", { name: "VIP", exact: true }).click();
  await eventually(() => contacts("VIP"), 3, "a press on the name puts it on those who had it not");

  await allPicked();
  await seller.button("bulk_lead").click();
  await page.getByRole("menuitem", { name: words("lead_marker") }).press("ArrowRight");
  await page.getByRole("menuitem", { name: words("marker_name_stuck") }).click();
  const done = words("did_bulk_mark", { count: 2, shown: 2, marker: words("marker_name_stuck") });
  const said = seller.toast.filter({ hasText: `${done} · ${words("leads_bulk_closed", { count: 1, shown: 1 })}` });
  await said.waitFor();
  const marked = async () => (await host.call("count_leads", { filter: { markers: ["stuck"] } })).all;
  assert.equal(await marked(), 2, "the archived one stays as it is");
  await said.getByRole("button", { name: words("undo"), exact: true }).click();
  await eventually(marked, 0, "one undo for all of them");

  // And the closed one is one press away, from the inbox and from the directory.
  const shown = () => page.getByRole("grid").getByRole("row").filter({ hasText: "Caro Tres" }).first().waitFor();
  await allPicked();
  await seller.button("bulk_lead").click();
  await page.getByRole("menuitem", { name: words("lead_marker") }).press("ArrowRight");
  await page.getByRole("menuitem", { name: words("marker_name_stuck") }).click();
  await said.getByRole("button", { name: words("leads_see_them"), exact: true }).click();
  const left = page.getByRole("dialog", { name: words("left_title") });
  await left.getByRole("heading", { name: words("leads_bulk_closed", { count: 1, shown: 1 }) }).waitFor();
  await left.getByRole("button", { name: "Caro Tres", exact: true }).waitFor();
  await left.getByRole("button", { name: words("left_in_table"), exact: true }).click();
  await page.getByRole("heading", { level: 1, name: words("leads"), exact: true }).waitFor();
  await shown();
  await page.getByRole("row").filter({ hasText: "Ana Uno" }).waitFor({ state: "detached" });
});

flow("tags are merged and deleted after it is said from how many, and come back", {}, async (seller) => {
  const { page, words, host } = seller;
  await customers(seller);
  await tag(seller, "Mayoreo", ["Ana Uno", "Beto Dos"]);
  await tag(seller, "VIP", ["Beto Dos", "Caro Tres"]);
  await tagsPage(seller);
  const list = page.getByRole("list", { name: words("tags") });
  const field = (name) => page.getByRole("textbox", { name: words("sale_name_of", { name }), exact: true });
  const item = (name) => list.getByRole("listitem").filter({ has: field(name) });
  const counted = (name, count) => item(name).getByText(words("tag_contacts", { count, shown: count })).waitFor();
  await counted("Mayoreo", 2);

  await page.getByRole("textbox", { name: words("tag_new") }).fill("  víp ");
  await page.getByRole("alert").filter({ hasText: words("error_name_taken", { name: "VIP" }) }).waitFor();
  await page.getByRole("textbox", { name: words("tag_new") }).fill("Feria");
  await page.keyboard.press("Enter");
  await counted("Feria", 0);

  await seller.button("tag_merge", { name: "Mayoreo" }).click();
  let dialog = page.getByRole("dialog", { name: words("tag_merge", { name: "Mayoreo" }) });
  await dialog.getByText(words("tag_merge_text", { count: 2, shown: 2, name: "Mayoreo" })).waitFor();
  await dialog.getByLabel(words("tag_merge_into"), { exact: true }).click();
  await page.getByRole("option", { name: "VIP" }).click();
  await dialog.getByRole("button", { name: words("tag_merge_now"), exact: true }).click();
  await item("Mayoreo").waitFor({ state: "detached" });
  await counted("VIP", 3);
  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).first().click();
  await counted("Mayoreo", 2);
  await counted("VIP", 2);

  await seller.button("sale_delete", { name: "VIP" }).click();
  dialog = page.getByRole("dialog", { name: words("sale_delete", { name: "VIP" }) });
  await dialog.getByText(words("tag_delete_text", { count: 2, shown: 2 })).waitFor();
  await dialog.getByRole("button", { name: words("tag_delete"), exact: true }).click();
  await item("VIP").waitFor({ state: "detached" });
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await counted("VIP", 2);
  await eventually(async () => (await host.call("get_status")).unsynced, 0, "the hub took all of it");
  assert.deepEqual(await host.call("list_review"), [], "and refused nothing");
});

flow("a marker that was renamed and drawn anew is so wherever it stands", {}, async (seller) => {
  const { page, words } = seller;
  const leads = await customers(seller);
  await change(seller, leads["Ana Uno"], { marker: "urgent" });
  await seller.settings(words("sale_title"));
  await page.getByRole("tab", { name: words("sale_options"), exact: true }).click();
  const edit = async (label, value) => {
    const field = page.getByRole("textbox", { name: label, exact: true });
    await field.fill(value);
    await field.press("Enter");
  };
  const before = words("marker_name_urgent");
  await edit(words("marker_sign_of", { name: before }), "🚒");
  await edit(words("sale_name_of", { name: before }), "Bomberos");
  await seller.button("marker_reset").waitFor();

  await seller.inbox();
  await seller.row("Ana Uno").locator(".marker").filter({ hasText: "🚒" }).waitFor();
  await seller.openChat("Ana Uno");
  await page.getByRole("radio", { name: "Bomberos" }).or(page.getByRole("button", { name: "Bomberos" })).first().waitFor();
  await seller.board();
  await seller.card("Ana Uno").locator(".marker").filter({ hasText: "🚒" }).waitFor();
  const found = await seller.host.call("search", { text: "marker:bomberos", line_id: null, conversation_id: null, after: null, limit: 5 });
  assert.deepEqual(found.leads.map((card) => card.name), ["Ana Uno"], "the search knows its name");

  await seller.settings(words("sale_title"));
  await page.getByRole("tab", { name: words("sale_options"), exact: true }).click();
  await seller.button("marker_reset").click();
  await seller.button("marker_reset").waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: words("sale_name_of", { name: before }), exact: true }).waitFor();
});

for (const [language, query] of [
  ["en", 'status:qualified tag:vip'],
  ["es", "estado:calificado etiqueta:VIP"],
  ["pt", "status:qualificado etiqueta:víp"],
]) {
  flow(
    { en: "the search narrows leads and messages by status, tag and marker, and says what it does not understand", es: "the search is asked in Spanish", pt: "the search is asked in Portuguese" }[language],
    { language },
    async (seller) => {
      const { page, words } = seller;
      const leads = await customers(seller);
      await change(seller, leads["Beto Dos"], { status: { status_id: await statusId(seller, "qualified") } });
      await tag(seller, "VIP", ["Beto Dos", "Caro Tres"]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("/");
      const box = page.getByRole("combobox", { name: words("search"), exact: true });
      await box.fill(query);
      const group = (key) => page.getByRole("group", { name: new RegExp(`^${words(key)}`) });
      await group("search_leads").getByRole("option").filter({ hasText: "Beto Dos" }).waitFor();
      assert.equal(await page.getByRole("option").count(), 1, "one lead, and nobody's words were asked for");
      await box.fill(`hola ${query}`);
      await group("search_messages").getByRole("option").filter({ hasText: "Hola, soy Beto Dos" }).waitFor();
      assert.equal(await group("search_messages").getByRole("option").count(), 1, "of their messages alone");

      await box.fill(`status:nada hola`);
      await page.getByText(words("search_no_status", { name: "nada" })).waitFor();
      await group("search_messages").getByRole("option").nth(2).waitFor();
      await box.fill(`has:cat hola`);
      await page.getByText(words("search_not_understood", { words: "“has:cat”", count: 1 })).waitFor();
      // A tag that nobody made, and the one that was meant, which takes its place.
      await box.fill(`hola ${words("search_word_tag")} VPI`);
      await page.getByText(words("search_no_tag", { name: "VPI" })).waitFor();
      await page.getByRole("button", { name: words("search_did_you_mean", { name: "VIP" }) }).click();
      assert.equal(await box.inputValue(), `hola ${words("search_word_tag")}VIP`);
      await eventually(() => group("search_messages").getByRole("option").count(), 2, "of those with the tag");
      const spaced = await seller.host.call("search", { text: `hola ${words("search_word_tag")} VIP`, line_id: null, conversation_id: null, after: null, limit: 5 });
      assert.deepEqual(spaced.messages.map((hit) => hit.name), ["Caro Tres", "Beto Dos"], "a space behind the colon changes nothing");
      await box.fill(`#${leads["Caro Tres"].number}`);
      await group("search_leads").getByRole("option").filter({ hasText: "Caro Tres" }).waitFor();
      await box.press("ArrowDown");
      await box.press("Enter");
      await page.getByRole("heading", { level: 2, name: "Caro Tres", exact: true }).waitFor();

      await box.fill("vip");
      await page.getByRole("button", { name: words("search_by_tag", { tag: "VIP" }) }).click();
      await group("search_contacts").getByRole("option").nth(1).waitFor();
      assert.equal(await box.inputValue(), `${words("search_word_tag")}VIP `);

      // The help teaches in the seller's language, and what it teaches is understood.
      await box.fill("");
      const taught = page.locator(".help code");
      await taught.nth(12).waitFor();
      const all = await taught.allTextContents();
      for (const key of ["from", "has", "after", "before", "status", "stage", "tag", "marker", "source"])
        assert.ok(all.some((text) => text.startsWith(words(`search_word_${key}`))), `${key} is among ${all}`);
      for (const text of all) {
        const found = await seller.host.call("search", { text, line_id: null, conversation_id: null, after: null, limit: 5 });
        assert.deepEqual([found.not_understood, found.not_found], [[], []], `${text} is understood`);
      }
    },
  );
}

flow("who came from a source is seen before it goes", {}, async (seller) => {
  const { page, words } = seller;
  await customers(seller);
  const { sources } = await seller.host.call("get_sale");
  const shop = sources.find((one) => one.code === "simulator");
  const own = { id: crypto.randomUUID(), name: "Feria" };
  await seller.host.call("save_source", { source: own });
  await seller.host.call("set_auto_lead", {
    line_id: (await seller.host.call("list_lines"))[0].id,
    auto_lead: { on: true, source_id: own.id },
  });
  // Leads are opened by the hub: it has to know what the line begins with.
  await eventually(async () => (await seller.host.call("get_status")).unsynced, 0, "the hub knows of it");
  await seller.simulator.write("Dora Feria", "Hola de la feria");
  await seller.row("Dora Feria").waitFor();
  await eventually(async () => (await seller.host.call("list_use_counts")).find((one) => one.id === own.id)?.leads, 1, "a lead of it");
  assert.ok(shop, "the product's own source is there beside it");
  await seller.settings(words("sale_title"));
  await page.getByRole("tab", { name: words("sale_sources"), exact: true }).click();
  await seller.button("sale_delete", { name: "Feria" }).click();
  const dialog = page.getByRole("dialog", { name: words("sale_delete", { name: "Feria" }) });
  await dialog.getByText(words("sale_source_used", { count: 1, shown: 1, name: "Feria" })).waitFor();
  await dialog.getByRole("button", { name: words("sale_see_them"), exact: true }).click();
  const table = page.getByRole("grid", { name: words("leads") });
  await table.getByText("Dora Feria").waitFor();
  // Those who came from there alone: the table may stand a moment before it is narrowed.
  await table.getByText("Ana Uno").waitFor({ state: "detached" });
});
