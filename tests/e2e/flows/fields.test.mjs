// Custom fields: made in Settings, filled in on the panel of a chat by keys alone, asked for by a stage, deleted with
// what was filled in.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const panel = (seller) => seller.page.getByRole("complementary", { name: seller.words("contact") });
async function page(seller) {
  await seller.settings(seller.words("sale_title"));
  await seller.page.getByRole("tab", { name: seller.words("fields"), exact: true }).click();
}
/** A field, made with the dialog. */
async function make(seller, of, name, kind, { options = [], stage } = {}) {
  const { page: screen, words } = seller;
  const title = words(of === "contact" ? "field_new_of_contacts" : "field_new_of_leads");
  await screen.getByRole("button", { name: title, exact: true }).click();
  const dialog = screen.getByRole("dialog", { name: title });
  await dialog.getByLabel(words("sale_name"), { exact: true }).fill(name);
  await dialog.getByLabel(words("field_kind"), { exact: true }).click();
  await screen.getByRole("option", { name: words(kind), exact: true }).click();
  for (const [at, option] of options.entries()) {
    await dialog.getByLabel(words("field_option_at", { at: at + 1 }), { exact: true }).fill(option);
    // Enter goes on to the next one.
    if (at < options.length - 1) await screen.keyboard.press("Enter");
  }
  if (stage) await dialog.getByRole("group", { name: words("field_required") }).last().getByLabel(stage, { exact: true }).press("Space");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await screen.getByRole("button", { name: words("sale_edit", { name }), exact: true }).waitFor();
}
/** Tab by Tab until the keys are in this field. */
async function tabTo(seller, name) {
  for (let at = 0; at < 60; at++) {
    const here = await seller.page.evaluate(() => {
      const active = document.activeElement;
      const field = active?.closest("[data-field]");
      return field?.querySelector("label, .key")?.textContent?.trim() ?? "";
    });
    if (here === name) return;
    await seller.page.keyboard.press("Tab");
  }
  assert.fail(`no Tab led to ${name}`);
}
const contactOf = async (seller) => {
  const chat = await seller.chatOf("Maria Silva");
  const { contact_id } = await seller.host.call("get_conversation", { conversation_id: chat });
  return seller.host.call("get_contact", { contact_id });
};
const leadOf = async (seller) => {
  const { id } = await contactOf(seller);
  return (await seller.host.call("list_leads_of_contact", { contact_id: id }))[0];
};

flow("a list and a money field are made, filled in by keys alone, and taken back", {}, async (seller) => {
  const { page: screen, simulator, words, host } = seller;
  await simulator.write("Maria Silva", "Hola");
  await page(seller);
  await make(seller, "contact", "Ring size", "field_list", { options: ["Small", "Large"] });
  await make(seller, "lead", "Worth", "field_money");
  assert.equal((await host.call("get_sale")).settings.currency, "MXN", "the currency of the workspace's country is proposed");

  await seller.inbox();
  await seller.openChat("Maria Silva");
  await panel(seller).getByText("Ring size", { exact: true }).waitFor();
  await seller.palette(words("fields_fill"));
  // It reads what is filled in first; a Tab meanwhile would lead on from there.
  await screen.waitForFunction(() => document.activeElement?.closest("[data-field]"));
  await tabTo(seller, "Ring size");
  await screen.keyboard.press("Enter");
  await screen.getByRole("option", { name: "Large", exact: true }).waitFor();
  await screen.keyboard.type("Lar");
  await screen.keyboard.press("Enter");
  await seller.toast.filter({ hasText: words("field_did_fill", { name: "Ring size" }) }).waitFor();
  await eventually(async () => (await contactOf(seller)).fields.length, 1, "it is kept");

  await tabTo(seller, "Worth");
  await screen.keyboard.type("12 mil");
  await screen.keyboard.press("Enter");
  await screen.getByRole("alert").filter({ hasText: words("field_number_invalid", { whole: "1,250", exact: "12.50" }) }).waitFor();
  // Esc puts back what was there and leaves the field; back into it.
  await screen.keyboard.press("Escape");
  await screen.keyboard.press("Shift+Tab");
  await screen.keyboard.press("Tab");
  await tabTo(seller, "Worth");
  await screen.keyboard.type("1,250.50");
  await screen.keyboard.press("Tab");
  await eventually(async () => (await leadOf(seller)).state.fields?.[0]?.value.amount, { units: 12505, decimals: 1 }, "exactly what was typed");
  const said = words("history_filled", { who: "Ana", field: "Worth", value: "$1,250.50" });
  await screen.getByText(said, { exact: true }).waitFor();

  // Undo goes one step after the other.
  await screen.keyboard.press("Control+z");
  await eventually(async () => (await leadOf(seller)).state.fields ?? [], [], "the amount is taken back");
  await screen.keyboard.press("Control+z");
  await eventually(async () => (await contactOf(seller)).fields, [], "and the size before it");
  await eventually(async () => (await host.call("get_status")).unsynced, 0, "the hub agrees with all of it");
});

flow("a stage asks for what it needs, fills it in and moves the card in one step", {}, async (seller) => {
  const { page: screen, simulator, words, host } = seller;
  await simulator.write("Maria Silva", "Hola");
  await page(seller);
  const stage = words("sale_qualified");
  await make(seller, "lead", "Worth", "field_money", { stage });
  await make(seller, "contact", "Since", "field_date", { stage });
  await make(seller, "lead", "Colour", "field_text");
  await seller.board();
  const card = seller.card("Maria Silva");
  await card.waitFor();
  await screen.keyboard.press("g");
  await screen.keyboard.press("b");
  await card.click({ button: "right" });
  await screen.getByRole("menuitem", { name: words("board_move_to"), exact: true }).hover();
  await screen.getByRole("menuitemcheckbox", { name: stage, exact: true }).click();
  const dialog = screen.getByRole("dialog", { name: words("fields_asked_title", { name: "Maria Silva" }) });
  await dialog.getByText(words("fields_asked_text", { stage }), { exact: true }).waitFor();
  await dialog.getByText("Worth", { exact: true }).waitFor();
  await seller.column(words("sale_intake")).getByText("Maria Silva", { exact: true }).waitFor();
  const go = dialog.getByRole("button", { name: words("fields_asked_go"), exact: true });
  // One Esc is enough, wherever the keys are in it; nothing has moved.
  await dialog.locator("[data-field] button:focus").waitFor();
  await dialog.getByLabel("Worth", { exact: true }).focus();
  await screen.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await seller.column(words("sale_intake")).getByText("Maria Silva", { exact: true }).waitFor();
  await card.click({ button: "right" });
  await screen.getByRole("menuitem", { name: words("board_move_to"), exact: true }).hover();
  await screen.getByRole("menuitemcheckbox", { name: stage, exact: true }).click();
  await dialog.getByLabel("Worth", { exact: true }).fill("900");
  await dialog.getByRole("button", { name: /^Since/ }).click();
  // The keys stand on today.
  await screen.locator("td [tabindex='0']:focus").waitFor();
  await screen.keyboard.press("Enter");

  // What is no number is never left out in silence: it stays there, in red, with the keys in it.
  await dialog.getByLabel("Worth", { exact: true }).fill("many");
  await go.click();
  await dialog.getByRole("alert").filter({ hasText: words("field_number_invalid", { whole: "1,250", exact: "12.50" }) }).waitFor();
  await dialog.getByLabel("Worth", { exact: true }).and(screen.locator(":focus")).waitFor();
  await dialog.getByLabel("Worth", { exact: true }).fill("900");

  // Somebody makes one more field needed meanwhile: it is said, and asked for in the same place.
  const { fields } = await host.call("get_sale");
  const [worth, colour] = ["Worth", "Colour"].map((name) => fields.find((field) => field.name === name));
  await host.call("save_field", { field: { ...colour, required_at: worth.required_at }, gone: [] });
  await go.click();
  await dialog.getByText(words("fields_asked_more", { fields: "Colour" })).waitFor();
  await dialog.getByLabel("Colour", { exact: true }).and(screen.locator(":focus")).waitFor();
  await screen.keyboard.type("Gold");
  await go.click();
  await dialog.waitFor({ state: "detached" });
  await seller.column(stage).getByText("Maria Silva", { exact: true }).waitFor();
  assert.equal((await contactOf(seller)).fields.length, 1, "what is asked of the contact is kept on the contact");

  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
  await seller.column(words("sale_intake")).getByText("Maria Silva", { exact: true }).waitFor();
  assert.deepEqual((await contactOf(seller)).fields, [], "one undo for all of it");
  assert.deepEqual((await leadOf(seller)).state.fields ?? [], []);
});

flow("a field says how many have a value before it goes, and both come back", {}, async (seller) => {
  const { page: screen, simulator, words, host } = seller;
  await simulator.write("Maria Silva", "Hola");
  await page(seller);
  await make(seller, "contact", "Ring size", "field_list", { options: ["Small", "Large"] });
  const [field] = (await host.call("get_sale")).fields;
  const { id } = await contactOf(seller);
  const value = { kind: "list", option_id: field.options[0].id };
  await host.call("update_contact", { contact_id: id, patch: { fields: [{ field_id: field.id, value }] } });

  // An option that is chosen gives its place to another.
  await screen.getByRole("button", { name: words("sale_edit", { name: "Ring size" }), exact: true }).click();
  let dialog = screen.getByRole("dialog", { name: words("field_edit") });
  await dialog.getByRole("button", { name: words("sale_delete", { name: "Small" }), exact: true }).click();
  const goes = words("field_option_goes_contacts", { count: 1, shown: 1, name: "Small" });
  await dialog.getByLabel(goes, { exact: true }).click();
  await screen.getByRole("option", { name: "Large", exact: true }).click();
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await eventually(async () => (await contactOf(seller)).fields[0]?.value.option_id, field.options[1].id, "Large took its place");

  await screen.getByRole("button", { name: words("sale_delete", { name: "Ring size" }), exact: true }).click();
  dialog = screen.getByRole("dialog", { name: words("sale_delete", { name: "Ring size" }) });
  await dialog.getByText(words("field_delete_contacts", { count: 1, shown: 1 })).waitFor();
  await dialog.getByRole("button", { name: words("field_delete_all"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await eventually(async () => (await host.call("get_sale")).fields, [], "it is gone");
  assert.deepEqual((await contactOf(seller)).fields, [], "with its value");
  await seller.toast.filter({ hasText: words("sale_did_delete", { name: "Ring size" }) }).getByRole("button", { name: words("undo"), exact: true }).click();
  await eventually(async () => (await contactOf(seller)).fields[0]?.value.option_id, field.options[1].id, "Undo brings both back");
  await eventually(async () => (await host.call("get_status")).unsynced, 0, "the hub agrees");
});
