// Lists and chats brought in, lists taken out: a part of `screens`. Begins and ends on their page of the settings.
import { zip } from "./zip.mjs";

// Heads that are in no catalogue: which language a list speaks is its own matter.
const LIST = "Nombre del contacto;Teléfono móvil;Correo electrónico;Supercali\r\nBruno Lista;+52 55 8888 1234;;a\r\nSupercali;;no es correo;b\r\n";
const CHAT = [
  "13/05/24, 08:59 - Los mensajes y las llamadas están cifrados de extremo a extremo.",
  "13/05/24, 09:00 - María Lista: ¿Tienen mesas?",
  "13/05/24, 09:01 - Bruno: Cuesta 4",
].join("\n");

/** Yields the name of each screen while it is shown. */
export async function* exchangeScreens(seller) {
  const { page, words } = seller;
  const heading = (key) => page.getByRole("heading", { level: 2, name: words(key) });
  const choose = async (button, file) => {
    const chooser = page.waitForEvent("filechooser");
    await seller.button(button).click();
    await (await chooser).setFiles(file);
  };
  await seller.button("import_begin").click();
  await seller.button("import_pick").waitFor();
  yield "a list to choose";
  await choose("import_pick", { name: "Supercali.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  await page.getByLabel(words("import_column_is", { name: "Supercali" }), { exact: true }).waitFor();
  yield "columns of a list";
  await seller.button("import_check").click();
  await heading("import_would").waitFor();
  yield "what an import would do";
  await seller.button("import_run", { count: 1, shown: 1 }).click();
  await heading("import_done").waitFor();
  yield "what an import did";
  await seller.button("import_undo").click();
  await page.getByText(words("import_undone_removed", { count: 1, shown: 1 })).waitFor();
  yield "an import that was taken back";
  await seller.button("done").click();

  await seller.button("chats_begin").click();
  await seller.button("chats_pick").waitFor();
  yield "chats to choose";
  const archive = zip({ "Supercali.txt": CHAT });
  await choose("chats_pick", { name: "Supercali.zip", mimeType: "application/zip", buffer: archive });
  const region = page.getByRole("region", { name: "Supercali.zip", exact: true });
  await region.getByLabel(words("contact_name"), { exact: true }).waitFor();
  yield "a chat that was opened";
  await region.getByLabel(words("chats_me"), { exact: true }).click();
  await page.getByRole("option", { name: "Bruno", exact: true }).click();
  await region.getByLabel(words("contact_name"), { exact: true }).fill("María Lista");
  await region.getByLabel(words("contact_phone"), { exact: true }).fill("+52 55 8888 4321");
  await seller.button("chats_check").click();
  await seller.button("chats_run", { count: 2, shown: 2 }).waitFor();
  yield "what the import of a chat would do";
  await seller.button("chats_run", { count: 2, shown: 2 }).click();
  await heading("chats_done").waitFor();
  yield "what the import of a chat did";
  await seller.button("done").click();
  const one = page.getByRole("listitem").filter({ hasText: "María Lista" });
  await one.getByRole("button", { name: words("import_undo") }).click();
  await page.getByRole("listitem").getByText(words("chats_undone", { count: 2, shown: 2 })).waitFor();

  await seller.palette(words("export_contacts"));
  const dialog = page.getByRole("dialog", { name: words("export_contacts") });
  await dialog.waitFor();
  yield "a list to take out";
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
}
