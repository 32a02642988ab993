// What was done here while another device was quicker: whose it was, who did what before, and the way on.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { eventually, flow } from "../lib/flow.mjs";

const list = (seller) => seller.page.getByRole("dialog", { name: seller.words("review_title") });
const item = (seller, who) => list(seller).getByRole("listitem").filter({ hasText: who });
const press = (seller, who, key, params) =>
  item(seller, who).getByRole("button", { name: seller.words(key, params), exact: true }).click();

/** The lead and contact of somebody who wrote. */
async function known(seller, who) {
  await seller.simulator.write(who, "Oi");
  await seller.row(who).waitFor();
  const chat = async () => (await seller.host.call("list_conversations", { view: {}, limit: 50 })).rows.find((row) => row.name === who);
  await eventually(async () => (await chat())?.lead?.id !== undefined, true, "a lead is there");
  const { contact_id } = await seller.host.call("get_conversation", { conversation_id: (await chat()).id });
  const [lead] = await seller.host.call("list_leads_of_contact", { contact_id });
  return lead;
}
async function statusIds(seller) {
  const { statuses, reasons } = await seller.host.call("get_sale");
  return { converted: statuses.find((one) => one.code === "converted").id, lost: statuses.find((one) => one.code === "lost").id, reason: reasons[0].id };
}
const change = (lead, patch) => ({ act: "change_leads", lead_ids: [lead.id], patch });

flow("an outcome that came second says whose lead it was, who was first, and the next lead is one press", {}, async (seller) => {
  const { page, host, words } = seller;
  const lead = await known(seller, "Maria Silva");
  const { converted, lost, reason } = await statusIds(seller);
  await host.elsewhere([change(lead, { status: { status_id: converted } })], [change(lead, { status: { status_id: lost, reason_id: reason } })]);
  await seller.palette(words("review_action"));
  const row = item(seller, "Maria Silva");
  await row.getByRole("button", { name: "Maria Silva · #1", exact: true }).waitFor();
  await row.getByText(words("review_wanted_status", { status: words("sale_lost") }), { exact: true }).waitFor();
  const [before] = words("review_did_closed", { who: "Ana", status: words("sale_converted"), when: "|" }).split("|");
  await row.getByText(before).waitFor();
  await press(seller, "Maria Silva", "lead_start_new");
  await list(seller).getByText(words("review_none")).waitFor();
  const leads = await host.call("list_leads_of_contact", { contact_id: lead.contact_id });
  assert.deepEqual(leads.map((one) => [one.cycle, one.state.status_id === converted]), [[2, false], [1, true]]);
  await page.keyboard.press("Escape");
});

flow("a note to a closed lead is kept to be copied, its chat is one press away, and somebody in the bin comes back", {}, async (seller) => {
  const { page, host, words } = seller;
  const maria = await known(seller, "Maria Silva");
  const bruno = await known(seller, "Bruno Dias");
  const carla = await known(seller, "Carla Mota");
  const { converted } = await statusIds(seller);
  await host.elsewhere([change(maria, { status: { status_id: converted } })], [change(maria, { note: "Quer o azul" })]);
  await host.elsewhere(
    [{ act: "delete_contacts", contact_ids: [bruno.contact_id], with_history: false }],
    [{ act: "merge_contacts", record_id: randomUUID(), keep: carla.contact_id, gone: [bruno.contact_id] }],
  );
  await seller.palette(words("review_action"));
  await item(seller, "Maria Silva").getByText("Quer o azul", { exact: true }).waitFor();
  await item(seller, "Maria Silva").getByText(words("review_wanted_note"), { exact: true }).waitFor();
  await item(seller, "Maria Silva").getByRole("button", { name: words("copy_text") }).waitFor();
  const [before] = words("review_did_binned", { who: "Ana", name: "Bruno Dias", when: "|" }).split("|");
  await item(seller, "Bruno Dias").getByText(before).waitFor();
  await item(seller, "Bruno Dias").getByText(words("review_and_others", { name: "Carla Mota", count: 1, shown: "1" })).waitFor();
  await press(seller, "Bruno Dias", "directory_restore");
  await eventually(async () => (await host.call("get_contact_more", { contact_id: bruno.contact_id })).bin, null, "he is back");
  await list(seller).getByRole("button", { name: words("directory_restore"), exact: true }).waitFor({ state: "detached" });
  await press(seller, "Maria Silva", "outbox_open");
  await page.getByRole("heading", { level: 2, name: "Maria Silva", exact: true }).waitFor();
});
