// The directory: everybody, found and picked, what is done to many at once, and contacts by hand.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

/** Names in the grid, from the top. */
const names = (seller) =>
  seller.page.locator(".directory [role=row] .who .strong").allInnerTexts();
const row = (seller, who) =>
  seller.page
    .locator(".directory [role=row]")
    .filter({ has: seller.page.locator(".who", { hasText: who }) });
const pick = (seller, who) => row(seller, who).getByRole("checkbox").check();
const bulk = (seller) =>
  seller.page.getByRole("toolbar", { name: seller.words("directory_picked") });
const tab = (seller, key) =>
  seller.page
    .locator(".directory")
    .getByRole("tab", { name: seller.words(key) });

async function directory(seller) {
  await seller.inboxIsThere();
  await seller.page.keyboard.press("g");
  await seller.page.keyboard.press("d");
  await seller.page
    .getByRole("heading", { level: 1, name: seller.words("directory") })
    .waitFor();
}
const create = (seller, name, more = {}) =>
  seller.host.call("create_contact", {
    name,
    phone: "",
    email: "",
    about: "",
    tag_ids: [],
    responsible_id: null,
    source_id: null,
    with_lead: false,
    ...more,
  });

flow(
  "everybody is in the directory, found by name or number, and opens beside it",
  {},
  async (seller) => {
    const { page, simulator, words } = seller;
    await simulator.write("Bruno Dias", "Oi");
    await create(seller, "Ágata Lima", {
      phone: "+52 55 1234 5678",
      email: "agata@example.com",
    });
    await directory(seller);
    await eventually(
      () => names(seller),
      ["Ágata Lima", "Bruno Dias"],
      "by name, whether they wrote or not",
    );
    await row(seller, "Ágata Lima")
      .filter({ hasText: "+52 55 1234 5678" })
      .filter({ hasText: "agata@example.com" })
      .waitFor();
    await tab(seller, "directory_active").click();
    await eventually(
      () => names(seller),
      ["Bruno Dias"],
      "who wrote has a lead",
    );
    await tab(seller, "directory_all").click();
    await page
      .getByRole("textbox", { name: words("directory_find") })
      .fill("+52 1 55 1234-5678");
    await eventually(
      () => names(seller),
      ["Ágata Lima"],
      "by the number in another spelling",
    );
    await row(seller, "Ágata Lima").getByRole("button").click();
    await page
      .getByRole("complementary", { name: "Ágata Lima" })
      .getByLabel(words("contact_email"))
      .waitFor();
  },
);

flow(
  "who comes back to the directory finds the list and the keys where they were left",
  {},
  async (seller) => {
    const { page, words } = seller;
    for (let no = 100; no < 160; no++) await create(seller, `Person ${no}`);
    await directory(seller);
    await row(seller, "Person 100").waitFor();
    const at = () =>
      page.evaluate(() =>
        document.activeElement?.getAttribute("aria-activedescendant"),
      );
    const top_px = () =>
      page
        .locator(".directory [role=grid]")
        .evaluate((grid) => grid.scrollTop);
    for (const press of ["PageDown", "PageDown", "PageDown"])
      await page.keyboard.press(press);
    await eventually(at, "directory-row-45", "the keys went down");
    await row(seller, "Person 145").waitFor();
    const left_px = await top_px();
    assert.ok(left_px > 0, "and the list with them");
    await seller.leads();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await row(seller, "Person 145").waitFor();
    await eventually(at, "directory-row-45", "they are there again");
    assert.equal(await top_px(), left_px, "in the same view");
    // Something else is shown from its beginning.
    await page
      .getByRole("textbox", { name: words("directory_find") })
      .fill("Person");
    await eventually(top_px, 0, "of what is found, the first");
    await row(seller, "Person 100").waitFor();
  },
);

flow(
  "a contact is added by hand, and while it is typed it is said who has the number already",
  {},
  async (seller) => {
    const { page, words, host } = seller;
    await create(seller, "João Prado", { phone: "+55 31 98888-8888" });
    await directory(seller);
    await page
      .getByRole("button", { name: words("contact_new"), exact: true })
      .click();
    const dialog = page.getByRole("dialog", {
      name: words("contact_new_title"),
    });
    await dialog
      .getByLabel(words("contact_name"), { exact: true })
      .fill("Joao");
    const phone = dialog.getByLabel(words("contact_phone"), { exact: true });
    await phone.fill("+55 31 8888-8888");
    await dialog
      .getByRole("status")
      .filter({ hasText: words("same_phone_spelled", { name: "João Prado" }) })
      .waitFor();
    await dialog.getByRole("button", { name: words("contact_create") }).click();
    await dialog
      .getByRole("alert")
      .filter({
        hasText: words("error_duplicate_number", { name: "João Prado" }),
      })
      .waitFor();
    await dialog
      .getByLabel(words("contact_name"), { exact: true })
      .fill("Rosa Lima");
    await phone.fill("+55 31 97777-7777");
    // A tag that is there, and one that is made where it is typed.
    await dialog.getByRole("button", { name: words("contact_edit_tags") }).click();
    const tags = page.getByRole("dialog", { name: words("contact_tags") });
    await tags.getByRole("textbox", { name: words("tag_find_or_make") }).fill("Mayoreo");
    await page.keyboard.press("Enter");
    await dialog.getByRole("group", { name: words("contact_tags") }).getByText("Mayoreo").waitFor();
    await page.keyboard.press("Escape");
    await tags.waitFor({ state: "detached" });
    await dialog.getByLabel(words("contact_with_lead")).check();
    await dialog.getByRole("button", { name: words("contact_create") }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("complementary", { name: "Rosa Lima" }).waitFor();
    await row(seller, "Rosa Lima")
      .filter({ hasText: words("sale_new") })
      .filter({ hasText: "Mayoreo" })
      .waitFor();
    const all = {
      tab: "active",
      filter: {},
      text: "",
      sort: "name",
      descending: false,
      offset: 0,
      limit: 10,
    };
    assert.deepEqual(
      (await host.call("list_contacts", all)).rows.map((found) => found.name),
      ["Rosa Lima"],
      "with a lead",
    );

    // The refusal of a number leads to who has it, also where they have no chat.
    const refused = (within) =>
      within.getByRole("alert").filter({
        hasText: words("error_duplicate_number", { name: "João Prado" }),
      });
    const toJoao = { name: words("contact_open_other", { name: "João Prado" }), exact: true };
    const rosa = page.getByRole("complementary", { name: "Rosa Lima" });
    const number = rosa.getByLabel(words("contact_phone"), { exact: true });
    await number.fill("+55 31 98888-8888");
    await number.press("Enter");
    await refused(rosa).getByRole("button", toJoao).click();
    await page.getByRole("complementary", { name: "João Prado" }).waitFor();
    await page
      .getByRole("button", { name: words("contact_new"), exact: true })
      .click();
    await dialog
      .getByLabel(words("contact_name"), { exact: true })
      .fill("Outro João");
    await phone.fill("+55 31 98888-8888");
    await dialog.getByRole("button", { name: words("contact_create") }).click();
    await refused(dialog).getByRole("button", toJoao).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("complementary", { name: "João Prado" }).waitFor();
  },
);

flow(
  "golden 17: five archived and three active are unarchived at once, and three are said to be skipped",
  {},
  async (seller) => {
    const { page, simulator, words, host } = seller;
    const people = ["Carla", "Cesar", "Celia", "Ciro", "Carlos", "Aldo", "Alma", "Ana"].map(
      (name) => `${name} Silva`,
    );
    for (const who of people) await simulator.write(who, "Hola");
    await directory(seller);
    await eventually(
      async () => (await names(seller)).length,
      8,
      "everybody is there",
    );
    for (const who of people.filter((name) => name.startsWith("C")))
      await pick(seller, who);
    await bulk(seller)
      .getByRole("button", { name: words("directory_archive"), exact: true })
      .click();
    await seller.toast
      .filter({
        hasText: words("directory_did_archive", { count: 5, shown: "5" }),
      })
      .waitFor();
    await tab(seller, "directory_archived").click();
    await eventually(
      async () => (await names(seller)).length,
      5,
      "they are put away",
    );
    await tab(seller, "directory_all").click();
    await eventually(
      async () => (await names(seller)).length,
      8,
      "and still in the directory",
    );
    await page
      .getByRole("checkbox", { name: words("directory_pick_page") })
      .check();
    await bulk(seller)
      .getByRole("button", { name: words("directory_unarchive"), exact: true })
      .click();
    const said = seller.toast.filter({
      hasText: words("directory_did_unarchive", { count: 5, shown: "5" }),
    });
    await said
      .filter({
        hasText: words("directory_already_active", { count: 3, shown: "3" }),
      })
      .waitFor();
    const { rows } = await host.call("list_contacts", {
      tab: "active",
      filter: {},
      text: "",
      sort: "name",
      descending: false,
      offset: 0,
      limit: 10,
    });
    assert.deepEqual(
      rows.map((found) => found.lead.cycle),
      [1, 1, 1, 2, 2, 2, 2, 2],
      "five new cycles",
    );
    await said
      .getByRole("button", { name: words("undo"), exact: true })
      .click();
    await tab(seller, "directory_archived").click();
    await eventually(
      async () => (await names(seller)).length,
      5,
      "one undo for all of them",
    );
  },
);

flow(
  "contacts are deleted after their number is typed, lie in the bin and come back",
  {},
  async (seller) => {
    const { page, simulator, words } = seller;
    await simulator.write("Ana Ruiz", "Hola");
    await simulator.write("Bruno Dias", "Oi");
    await directory(seller);
    await pick(seller, "Ana Ruiz");
    await pick(seller, "Bruno Dias");
    await bulk(seller)
      .getByRole("button", { name: words("delete") })
      .click();
    const dialog = page.getByRole("dialog");
    const ok = dialog.getByRole("button", {
      name: words("delete"),
      exact: true,
    });
    assert.equal(
      await ok.getAttribute("aria-disabled"),
      "true",
      "not before the number is typed",
    );
    await dialog
      .getByLabel(words("directory_delete_type", { shown: "2" }))
      .fill("2");
    await ok.click();
    await dialog.waitFor({ state: "detached" });
    await seller.toast
      .filter({
        hasText: words("directory_did_delete", { count: 2, shown: "2" }),
      })
      .waitFor();
    await eventually(() => names(seller), [], "nobody is left");
    await tab(seller, "directory_bin").click();
    await eventually(
      () => names(seller),
      ["Ana Ruiz", "Bruno Dias"],
      "they lie in the bin",
    );
    await pick(seller, "Ana Ruiz");
    await bulk(seller).waitFor();
    await eventually(
      async () => {
        const [said, bar] = await Promise.all([
          seller.toast.boundingBox(),
          bulk(seller).boundingBox(),
        ]);
        return said && bar && said.y + said.height <= bar.y;
      },
      true,
      "what is said does not lie on what can be done",
    );
    await bulk(seller)
      .getByRole("button", { name: words("directory_restore") })
      .click();
    await eventually(() => names(seller), ["Bruno Dias"], "one is back");
    await simulator.write("Bruno Dias", "Still there?");
    await eventually(() => names(seller), [], "who writes comes back alone");
    await tab(seller, "directory_active").click();
    await eventually(
      () => names(seller),
      ["Ana Ruiz", "Bruno Dias"],
      "both with a lead again",
    );
  },
);

flow(
  "nothing is begun with somebody in the bin, and restoring them stands beside the refusal",
  {},
  async (seller) => {
    const { page, simulator, words, host } = seller;
    await simulator.write("Ana Ruiz", "Hola");
    await create(seller, "João Prado", { phone: "+55 31 98888-8888" });
    await directory(seller);
    await eventually(
      async () => {
        await tab(seller, "directory_all").click();
        return names(seller);
      },
      ["Ana Ruiz", "João Prado"],
      "both are there",
    );
    const all = {
      tab: "all",
      filter: {},
      text: "",
      sort: "name",
      descending: false,
      offset: 0,
      limit: 10,
    };
    const { rows } = await host.call("list_contacts", all);
    await host.call("bulk_contacts", {
      id: crypto.randomUUID(),
      target: { what: "ids", ids: rows.map((found) => found.contact_id) },
      deed: { do: "delete", with_history: false },
    });
    await page
      .getByRole("button", { name: words("contact_new"), exact: true })
      .click();
    const dialog = page.getByRole("dialog", {
      name: words("contact_new_title"),
    });
    await dialog
      .getByLabel(words("contact_name"), { exact: true })
      .fill("Joao");
    await dialog
      .getByLabel(words("contact_phone"), { exact: true })
      .fill("+55 31 8888-8888");
    await dialog.getByRole("button", { name: words("contact_create") }).click();
    const refusal = dialog.getByRole("alert").filter({
      hasText: words("contact_number_in_bin", { name: "João Prado" }),
    });
    await refusal
      .getByRole("button", { name: words("directory_restore") })
      .click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("complementary", { name: "João Prado" }).waitFor();
    await eventually(
      () => names(seller),
      ["João Prado"],
      "they are back and nobody was made twice",
    );

    await tab(seller, "directory_bin").click();
    await row(seller, "Ana Ruiz").getByRole("button").click();
    const card = page.getByRole("complementary", { name: "Ana Ruiz" });
    await card
      .getByRole("note")
      .getByRole("button", { name: words("directory_restore") })
      .waitFor();
    const chats = await host.call("list_conversations", { view: { scope: "everything" }, limit: 5 });
    const chat = await host.call("get_conversation", { conversation_id: chats.rows[0].id });
    assert.equal(chat.locked, "IN_BIN", "the composer takes nothing");
    await card.getByRole("heading", { name: words("lead") }).waitFor();
    for (const key of ["lead_start_new", "lead_create"])
      assert.equal(await card.getByRole("button", { name: words(key) }).count(), 0, "restoring is all there is to do");
    assert.equal(await card.getByRole("button", { name: words("lead_actions") }).count(), 0, "nor is it in a menu");
    const restored = seller.toast.filter({
      hasText: words("directory_did_restore", { count: 1, shown: "1" }),
    });
    const restore = card.getByRole("note").getByRole("button", { name: words("directory_restore") });
    await restore.click();
    await restored.getByRole("button", { name: words("undo"), exact: true }).click();
    await restore.waitFor();
    await eventually(() => names(seller), ["Ana Ruiz"], "back in the bin");
    await restore.click();
    await restored.waitFor();
    await tab(seller, "directory_active").click();
    await eventually(
      () => names(seller),
      ["Ana Ruiz"],
      "with the lead that was archived, not with another one",
    );
  },
);

flow(
  "the directory is filtered by tag with the bar of the board; the tabs count what is left, and a deed to all means no others",
  {},
  async (seller) => {
    const { page, words, host } = seller;
    const [vip, cash] = [crypto.randomUUID(), crypto.randomUUID()];
    await host.call("save_tag", { tag: { id: vip, name: "VIP", color: "#b3362b" } });
    await host.call("save_tag", { tag: { id: cash, name: "Mayoreo", color: "#2b7fb3" } });
    await create(seller, "Ana Uno", { tag_ids: [vip] });
    await create(seller, "Beto Dos", { tag_ids: [vip, cash] });
    await create(seller, "Caro Tres", { tag_ids: [cash] });
    await create(seller, "Dani Cuatro");
    await directory(seller);
    await eventually(async () => (await names(seller)).length, 4, "everybody is there");
    const chip = page.locator(".directory [data-field=tag]");
    const tick = (name) => page.getByRole("checkbox", { name, exact: true });
    await chip.getByRole("button", { name: words("contact_tags"), exact: true }).click();
    await tick("VIP").click();
    await eventually(() => names(seller), ["Ana Uno", "Beto Dos"], "those with the tag");
    await tick("Mayoreo").click();
    await eventually(() => names(seller), ["Ana Uno", "Beto Dos", "Caro Tres"], "any of the two");
    await page.getByRole("radiogroup", { name: words("contact_tags") }).getByText(words("leads_tags_all"), { exact: true }).click();
    await eventually(() => names(seller), ["Beto Dos"], "both");
    await page.getByRole("radiogroup", { name: words("contact_tags") }).getByText(words("leads_tags_any"), { exact: true }).click();
    await tick("Mayoreo").click();
    await page.keyboard.press("Escape");
    await eventually(() => names(seller), ["Ana Uno", "Beto Dos"], "one tag again");
    await eventually(() => tab(seller, "directory_all").innerText().then((text) => text.replace(/\D/g, "")), "2", "the tab counts what is left");
    await page.getByText(words("directory_contacts", { count: 2, shown: "2" }), { exact: true }).waitFor();

    await pick(seller, "Ana Uno");
    await bulk(seller).getByRole("button", { name: words("directory_pick_all", { shown: "2" }) }).click();
    await bulk(seller).getByRole("button", { name: words("directory_assign"), exact: true }).click();
    const { members } = await host.call("get_sale");
    await page.getByRole("menuitem", { name: new RegExp(`^${members[0].name || words("member_me")}`) }).click();
    await seller.toast.filter({ hasText: words("directory_did_assign", { count: 2, shown: "2" }) }).waitFor();
    const all = { tab: "all", filter: { nobodys: true }, text: "", sort: "name", descending: false, offset: 0, limit: 10 };
    assert.deepEqual((await host.call("list_contacts", all)).rows.map((found) => found.name), ["Caro Tres", "Dani Cuatro"], "the others stay nobody's");

    // It is there again where one comes back, and its key opens what else can be asked.
    await seller.board();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await eventually(() => names(seller), ["Ana Uno", "Beto Dos"], "kept");
    await page.keyboard.press("Shift+F");
    await page.getByRole("menuitemcheckbox", { name: words("directory_last_talk") }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: words("clear"), exact: true }).click();
    await eventually(async () => (await names(seller)).length, 4, "everybody again");
  },
);

flow(
  "who is picked in the directory stays picked for the next deed, as far as they still stand in the list",
  {},
  async (seller) => {
    const { page, words, host } = seller;
    const vip = crypto.randomUUID();
    await host.call("save_tag", { tag: { id: vip, name: "VIP", color: "#b3362b" } });
    for (const name of ["Ana Uno", "Beto Dos", "Caro Tres"]) await create(seller, name, { with_lead: true });
    await directory(seller);
    await tab(seller, "directory_active").click();
    await pick(seller, "Ana Uno");
    await pick(seller, "Caro Tres");
    const two = bulk(seller).getByText(words("directory_picked_count", { count: 2, shown: "2" }), { exact: true });
    await two.waitFor();
    await bulk(seller).getByRole("button", { name: words("directory_assign"), exact: true }).click();
    const { members } = await host.call("get_sale");
    await page.getByRole("menuitem", { name: new RegExp(`^${members[0].name || words("member_me")}`) }).click();
    await seller.toast.filter({ hasText: words("directory_did_assign", { count: 2, shown: "2" }) }).waitFor();
    await bulk(seller).getByRole("button", { name: words("tags"), exact: true }).click();
    await page.getByRole("dialog", { name: words("tags") }).getByText("VIP", { exact: true }).click();
    const tagged = seller.toast.filter({ hasText: words("did_bulk_tag", { count: 2, shown: "2", tag: "VIP" }) });
    await tagged.waitFor();
    await tagged.getByRole("button", { name: words("undo"), exact: true }).click();
    await row(seller, "Ana Uno").filter({ hasNotText: "VIP" }).waitFor();
    await two.waitFor();

    // One of them leaves the list by somebody else's hand, both by the next deed.
    const { rows } = await host.call("list_contacts", { tab: "active", filter: {}, text: "Caro", sort: "name", descending: false, offset: 0, limit: 10 });
    await host.call("bulk_contacts", { id: crypto.randomUUID(), target: { what: "ids", ids: [rows[0].contact_id] }, deed: { do: "archive" } });
    await bulk(seller).getByText(words("directory_picked_count", { count: 1, shown: "1" }), { exact: true }).waitFor();
    await bulk(seller).getByRole("button", { name: words("directory_archive"), exact: true }).click();
    await eventually(() => names(seller), ["Beto Dos"], "archived, and gone from this tab");
    await bulk(seller).waitFor({ state: "detached" });

    await pick(seller, "Beto Dos");
    await bulk(seller).waitFor();
    await page.keyboard.press("Escape");
    await bulk(seller).waitFor({ state: "detached" });
    await pick(seller, "Beto Dos");
    await seller.board();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await row(seller, "Beto Dos").waitFor();
    assert.equal(await bulk(seller).count(), 0, "who leaves is done with them");
  },
);
