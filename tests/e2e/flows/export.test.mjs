// Lists and everything else, taken out.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { flow } from "../lib/flow.mjs";

const downloads = (seller) => join(seller.host.folder, "data", "downloads");
const look = async (seller, name) => {
  if (process.env.SHOTS) await seller.page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
};

flow("contacts are exported with the columns that were chosen", { viewport: { width: 1280, height: 800 } }, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("=María", "Hola");
  await seller.row("=María").waitFor();
  await seller.palette(words("export_contacts"));
  const dialog = page.getByRole("dialog", { name: words("export_contacts") });
  await dialog.getByRole("radio", { name: "CSV" }).check({ force: true });
  for (const key of ["field_phone", "field_email", "field_about", "field_source", "field_responsible", "export_col_created_at"])
    await dialog.getByLabel(words(key), { exact: true }).uncheck();
  await look(seller, "export-contacts");
  await dialog.getByRole("button", { name: words("export_verb"), exact: true }).click();
  await seller.toast.getByText(words("export_done", { count: 1, shown: 1 })).waitFor();
  const text = await readFile(join(downloads(seller), `${words("export_file_contacts")}.csv`), "utf8");
  assert.equal(text, `\ufeff${words("field_name")},${words("field_tags")}\r\n'=María,\r\n`, "and no cell runs");
});

flow("the directory is exported as it is filtered and ordered, or those who are picked alone", { viewport: { width: 1280, height: 800 } }, async (seller) => {
  const { page, words, host } = seller;
  const vip = crypto.randomUUID();
  await host.call("save_tag", { tag: { id: vip, name: "VIP", color: "#b3362b" } });
  for (const [name, tag_ids] of [["Ana", [vip]], ["Bruno", []], ["Carla", [vip]]])
    await host.call("create_contact", { name, phone: "", email: "", about: "", tag_ids, responsible_id: null, source_id: null, with_lead: false });
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  const list = page.locator(".directory");
  const row = (name) => list.getByRole("row").filter({ hasText: name });
  await row("Bruno").waitFor();
  await list.locator("[data-field=tag]").getByRole("button", { name: words("contact_tags"), exact: true }).click();
  await page.getByRole("checkbox", { name: "VIP", exact: true }).click();
  await page.keyboard.press("Escape");
  await row("Bruno").waitFor({ state: "detached" });
  // The other way round: the file has the order of the list.
  await list.getByRole("button", { name: words("directory_sort_by", { what: words("contact_name") }) }).click();
  const dialog = page.getByRole("dialog", { name: words("export_contacts") });
  const file = async (part) => {
    await list.getByRole("button", { name: words("directory_export") }).click();
    if (part) await dialog.getByRole("radio", { name: part }).check({ force: true });
    await dialog.getByRole("radio", { name: "CSV" }).check({ force: true });
    for (const key of ["field_phone", "field_email", "field_about", "field_source", "field_responsible", "export_col_created_at", "field_tags"])
      await dialog.getByLabel(words(key), { exact: true }).uncheck();
    await dialog.getByRole("button", { name: words("export_verb"), exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    return readFile(join(downloads(seller), `${words("export_file_contacts")}.csv`), "utf8");
  };
  assert.equal(await file(), `\ufeff${words("field_name")}\r\nCarla\r\nAna\r\n`, "all that match, in the order of the list");
  await row("Ana").getByRole("checkbox").check();
  assert.equal(await file(), `\ufeff${words("field_name")}\r\nAna\r\n`, "who is picked");
  assert.equal(await file(words("export_all", { count: 2, shown: 2 })), `\ufeff${words("field_name")}\r\nCarla\r\nAna\r\n`, "or all of them");
});

flow("the whole workspace goes into one archive", { language: "pt", theme: "dark" }, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  await seller.settings(words("exchange_title"));
  await page.getByText(words("export_workspace"), { exact: true }).waitFor();
  await page.getByRole("button", { name: words("export_verb"), exact: true }).last().click();
  const dialog = page.getByRole("dialog", { name: words("export_workspace") });
  await look(seller, "export-workspace");
  await dialog.getByRole("button", { name: words("export_verb"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const files = await readdir(downloads(seller));
  assert.deepEqual(files, [`${words("export_file_workspace")}.zip`], "whole, and nothing half beside it");
  const bytes = await readFile(join(downloads(seller), files[0]));
  for (const name of ["manifest.json", "contacts.jsonl", "messages.jsonl", "leads.jsonl"])
    assert.ok(bytes.includes(name), `${name} is in it`);
});
