// Two contacts that are one person: told, looked at side by side, merged, and taken apart again.
import assert from "node:assert/strict";
import { join } from "node:path";
import { eventually, flow } from "../lib/flow.mjs";

const panel = (seller) => seller.page.getByRole("complementary").last();
const dialog = (seller) =>
  seller.page.getByRole("dialog", { name: seller.words("merge_title") });
const contacts = async (seller) => {
  const asked = {
    tab: "all",
    filter: {},
    text: "",
    sort: "name",
    descending: false,
    offset: 0,
    limit: 20,
  };
  return (await seller.host.call("list_contacts", asked)).rows.map(
    (row) => row.name,
  );
};
const look = async (seller, name) => {
  if (process.env.SHOTS) await seller.page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
};
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
async function directory(seller) {
  await seller.inboxIsThere();
  await seller.page.keyboard.press("g");
  await seller.page.keyboard.press("d");
  await seller.page
    .getByRole("heading", { level: 1, name: seller.words("directory") })
    .waitFor();
}

flow(
  "a second contact with a number is offered to be merged, field by field, and the merge is taken back",
  {},
  async (seller) => {
    const { page, simulator, words } = seller;
    await create(seller, "Maria Souza", {
      phone: "+52 55 1234 5678",
      email: "maria@example.com",
    });
    await simulator.write("maria_88", "Hola, soy María");
    await seller.openChat("maria_88");
    const form = page.getByRole("form", { name: words("contact_save") });
    await form.getByLabel(words("contact_phone")).fill("+52 1 55 1234-5678");
    await form.getByRole("button", { name: words("contact_save") }).click();
    await form
      .getByRole("alert")
      .getByRole("button", { name: words("merge"), exact: true })
      .click();
    const choice = dialog(seller);
    // The fuller card is the one that stays, whichever was asked from; both say how they are reached.
    await choice.locator(".side.keep").filter({ hasText: "Maria Souza" }).filter({ hasText: words("merge_stays") }).waitFor();
    for (const [field, value] of [["contact_phone", "+52 55 1234 5678"], ["contact_email", "maria@example.com"]]) {
      await choice.getByText(words(field), { exact: true }).waitFor();
      await choice.getByText(value, { exact: true }).waitFor();
    }
    assert.ok(await choice.getByRole("radio", { name: "Maria Souza" }).isChecked(), "with its name");
    await choice
      .getByRole("button", { name: words("merge"), exact: true })
      .click();
    await choice.waitFor({ state: "detached" });
    await page
      .getByRole("heading", { level: 2, name: "Maria Souza", exact: true })
      .waitFor();
    assert.deepEqual(
      await contacts(seller),
      ["Maria Souza"],
      "there is one person",
    );
    await seller.bubble("Hola, soy María").waitFor();
    await page
      .getByText("maria@example.com")
      .or(page.getByLabel(words("contact_email")))
      .first()
      .waitFor();

    const told = page.getByText(words("merge_told", { names: "maria_88" }));
    await told.waitFor();
    await told
      .locator("xpath=ancestor::li")
      .getByRole("button", { name: words("undo"), exact: true })
      .click();
    await eventually(
      () => contacts(seller),
      ["Maria Souza", "maria_88"],
      "two people again",
    );
    // The chat is maria_88's again; the card that stayed says what became of the merge.
    await page
      .getByRole("navigation", { name: words("rail_label") })
      .getByRole("button", { name: words("directory"), exact: true })
      .click();
    await page
      .locator(".directory [role=row]")
      .filter({ hasText: "Maria Souza" })
      .getByRole("button")
      .click();
    await page
      .getByText(words("merge_was_undone", { names: "maria_88" }))
      .waitFor();
  },
);

flow(
  "all contacts of one number are merged at once from the list of duplicates, with one undo",
  {},
  async (seller) => {
    const { page, words, host } = seller;
    await create(seller, "Ana Ruiz", { email: "ana@example.com" });
    await create(seller, "Ana R.", { email: "ana@example.com", about: "Buys on Fridays" });
    // A merge that is taken back after somebody else was given the number.
    const number = "+55 31 98888-8888";
    const bruno = await create(seller, "Bruno Dias", { phone: number });
    const keep = await create(seller, "B. Dias");
    await host.call("merge_contacts", {
      keep: keep.contact_id,
      gone: [bruno.contact_id],
      fields: {},
    });
    await host.call("update_contact", {
      contact_id: keep.contact_id,
      patch: { phone: "+55 31 97777-7777" },
    });
    await create(seller, "Bruno D.", { phone: number });
    const { merges } = await host.call("get_contact_more", {
      contact_id: keep.contact_id,
    });
    const undone = await host.call("undo_merge", {
      record_id: merges[0].record_id,
    });
    assert.ok(
      undone.kept.includes("phone"),
      "the number that was changed since stays",
    );
    const brunos = async () =>
      (await contacts(seller)).filter((name) => name.startsWith("Bruno"));
    assert.equal((await brunos()).length, 2, "two with one number");
    await directory(seller);
    await page
      .getByRole("button", { name: words("duplicates"), exact: true })
      .click();
    const sheet = page.getByRole("dialog", { name: words("duplicates_title") });
    await sheet.getByText("Bruno D.", { exact: true }).waitFor();
    await sheet
      .getByRole("button", {
        name: words("duplicates_merge_all", { count: 1, shown: "1" }),
      })
      .click();
    const done = seller.toast.filter({
      hasText: words("duplicates_did", { count: 1, shown: "1" }),
    });
    await done.waitFor();
    assert.equal((await brunos()).length, 1, "one person");
    await done
      .getByRole("button", { name: words("undo"), exact: true })
      .click();
    await eventually(
      async () => (await brunos()).length,
      2,
      "one undo for all",
    );
    await page
      .getByRole("button", { name: words("duplicates"), exact: true })
      .click();
    await sheet
      .getByRole("tab", { name: words("duplicates_by_email") })
      .click();
    await sheet.getByText("Ana R.").waitFor();
    assert.deepEqual(
      await sheet.locator(".person .strong").allInnerTexts(),
      ["Ana R.", "Ana Ruiz"],
      "the fuller card comes first",
    );
    await sheet.getByRole("button", { name: words("merge_look") }).click();
    await dialog(seller).locator(".side.keep").filter({ hasText: "Ana R." }).waitFor();
    await dialog(seller)
      .getByRole("button", { name: words("merge"), exact: true })
      .click();
    await eventually(
      async () =>
        (await contacts(seller)).filter((name) => name.startsWith("Ana"))
          .length,
      1,
      "one Ana",
    );
    // The list stays open: the toast over it is no press beside it.
    await seller.toast
      .getByRole("button", { name: words("undo"), exact: true })
      .click();
    await eventually(
      async () =>
        (await contacts(seller)).filter((name) => name.startsWith("Ana"))
          .length,
      2,
      "and two again",
    );
    await sheet.getByText("Ana R.").waitFor();
  },
);

flow(
  "custom fields that differ are picked side by side in a merge, and come back with its undo",
  {},
  async (seller) => {
    const { page, words, host } = seller;
    const field = async (name, kind, options = []) => {
      const id = crypto.randomUUID();
      await host.call("save_field", {
        field: { id, of: "contact", kind, name, options, required_at: [], position: "" },
      });
      return id;
    };
    const options = ["Small", "Large"].map((name) => ({ id: crypto.randomUUID(), name }));
    const size = await field("Ring size", "list", options);
    const wedding = await field("Wedding", "date");
    const note = await field("Engraving", "text");
    const fill = (contact_id, values) =>
      host.call("update_contact", {
        contact_id,
        patch: { fields: Object.entries(values).map(([field_id, value]) => ({ field_id, value })) },
      });
    const chosen = (at) => ({ kind: "list", option_id: options[at].id });
    const number = "+55 31 98888-7777";
    const one = await create(seller, "Ana Ruiz", { email: "ana@example.com", phone: number });
    const other = await create(seller, "Ana R.", { email: "ana@example.com" });
    await fill(one.contact_id, { [size]: chosen(0), [wedding]: { kind: "date", date: "2027-05-08" } });
    await fill(other.contact_id, {
      [size]: chosen(1),
      [wedding]: { kind: "date", date: "2027-05-15" },
      [note]: { kind: "text", text: "A & R" },
    });
    const fields = async (id) =>
      (await host.call("get_contact", { contact_id: id })).fields.map(({ field_id, value }) => [field_id, value]);
    const before = [await fields(one.contact_id), await fields(other.contact_id)];

    await directory(seller);
    await page.getByRole("button", { name: words("duplicates"), exact: true }).click();
    const sheet = page.getByRole("dialog", { name: words("duplicates_title") });
    await sheet.getByRole("tab", { name: words("duplicates_by_email") }).click();
    await sheet.getByRole("button", { name: words("merge_look") }).click();
    const choice = dialog(seller);
    await choice.locator(".side.keep").filter({ hasText: "Ana Ruiz" }).waitFor();
    const small = choice.getByRole("radio", { name: "Small", exact: true });
    assert.ok(await small.isChecked(), "the card that stays has the word until another is picked");
    assert.equal(await choice.getByText("Engraving", { exact: true }).count(), 0, "only one says it: nothing to pick");
    await choice.getByRole("radio", { name: "Large", exact: true }).check();
    await choice.getByRole("button", { name: words("merge"), exact: true }).click();
    await choice.waitFor({ state: "detached" });
    const merged = Object.fromEntries(await fields(one.contact_id));
    assert.deepEqual(
      [merged[size], merged[wedding], merged[note]],
      [chosen(1), { kind: "date", date: "2027-05-08" }, { kind: "text", text: "A & R" }],
      "the picked one, the one that stayed, and the only one there is",
    );
    await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
    await eventually(
      async () => (await contacts(seller)).filter((name) => name.startsWith("Ana")).length,
      2,
      "two again",
    );
    assert.deepEqual([await fields(one.contact_id), await fields(other.contact_id)], before, "each with what it had");
  },
);

flow("two cards of one person are found, merged and taken apart by keys alone", {}, async (seller) => {
  const { page, words, host } = seller;
  await create(seller, "Ana Ruiz", { email: "ana@example.com", about: "Buys on Fridays" });
  await create(seller, "Ana R.", { email: "ana@example.com" });
  const { keyboard } = page;
  const anas = async () => (await contacts(seller)).filter((name) => name.startsWith("Ana")).sort();
  /** On with Tab until what is called so has the focus; nothing on the way may keep it. */
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 40; presses++) {
      if (await wanted.and(page.locator(":focus")).count()) return;
      await keyboard.press("Tab");
    }
    await wanted.and(page.locator(":focus")).waitFor();
  };
  await directory(seller);
  const list = page.getByRole("grid", { name: words("directory") });
  await list.and(page.locator(":focus")).waitFor();

  const open = page.getByRole("button", { name: words("duplicates"), exact: true });
  await open.waitFor();
  for (let presses = 0; presses < 20 && !(await open.and(page.locator(":focus")).count()); presses++) await keyboard.press("Shift+Tab");
  await open.and(page.locator(":focus")).waitFor();
  await keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: words("duplicates_title") });
  await sheet.waitFor();
  await tabTo(sheet.getByRole("tab", { selected: true }));
  await keyboard.press("ArrowRight");
  await sheet.getByRole("tab", { name: words("duplicates_by_email"), selected: true }).waitFor();
  await sheet.getByText("Ana R.", { exact: true }).waitFor();
  await tabTo(sheet.getByRole("button", { name: words("merge_look") }));
  await keyboard.press("Enter");

  const choice = dialog(seller);
  await choice.locator(".side.keep").filter({ hasText: "Ana Ruiz" }).waitFor();
  await tabTo(choice.getByRole("radio", { name: "Ana Ruiz", exact: true }));
  await keyboard.press("ArrowDown");
  assert.ok(await choice.getByRole("radio", { name: "Ana R.", exact: true }).isChecked(), "the arrows pick the other name");
  await tabTo(choice.getByRole("button", { name: words("merge"), exact: true }));
  await keyboard.press("Enter");
  await choice.waitFor({ state: "detached" });
  await eventually(anas, ["Ana R."], "one person, by the name that was picked");

  await keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await open.and(page.locator(":focus")).waitFor();
  await keyboard.press("Control+z");
  await eventually(anas, ["Ana R.", "Ana Ruiz"], "and taken back by its key");
});

flow("of several open leads one is left, the merge says so before, and the history names each", {}, async (seller) => {
  const { page, words, host } = seller;
  const email = "ana@example.com";
  const one = await create(seller, "Ana Ruiz", { email, phone: "+55 31 98888-7777", with_lead: true });
  await create(seller, "Ana R.", { email, with_lead: true });
  const leadOf = async () => (await host.call("list_leads_of_contact", { contact_id: one.contact_id }))[0];
  await eventually(async () => Boolean((await leadOf()).number), true, "the hub has counted it");
  const stays = await leadOf();

  await directory(seller);
  await page.getByRole("button", { name: words("duplicates"), exact: true }).click();
  const sheet = page.getByRole("dialog", { name: words("duplicates_title") });
  await sheet.getByRole("tab", { name: words("duplicates_by_email") }).click();
  await sheet.getByRole("button", { name: words("merge_look") }).click();
  const choice = dialog(seller);
  await choice.getByText(words("merge_open_leads", { shown: 2, name: "Ana Ruiz" })).waitFor();
  await look(seller, "merge-leads");
  await choice.getByRole("button", { name: words("merge"), exact: true }).click();
  await choice.waitFor({ state: "detached" });
  const leads = await host.call("list_leads_of_contact", { contact_id: one.contact_id });
  assert.deepEqual(leads.map(({ id }) => id), [stays.id], "the lead of who stays is the one that is left");

  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.locator(".directory [role=row]").filter({ hasText: "Ana Ruiz" }).getByRole("button").first().click();
  const tab = (name) => panel(seller).getByRole("tab", { name: words(name), exact: true }).click();
  await tab("leads");
  const heads = panel(seller).locator("li.lead");
  const isOf = words("lead_number_cycle", { number: `#${stays.number}`, cycle: 1 });
  await heads.filter({ hasText: isOf }).waitFor();
  await heads.filter({ hasText: words("history_lead_joined_of", { date: "" }).split("·")[1].trim() }).waitFor();
  await look(seller, "merge-history");
  await tab("activity");
  await panel(seller).locator(".more").filter({ hasText: isOf }).first().waitFor();
  await look(seller, "merge-activity");
});
