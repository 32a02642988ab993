// Chats that WhatsApp exported: opened, checked before, brought in as history, taken back.
import assert from "node:assert/strict";
import { join } from "node:path";
import { eventually, flow } from "../lib/flow.mjs";
import { zip } from "../lib/zip.mjs";

const ANA = [
  "13/05/24, 08:59 - Los mensajes y las llamadas están cifrados de extremo a extremo.",
  "13/05/24, 09:00 - Ana López: Hola, ¿tienen bugambilias?",
  "13/05/24, 09:01 - Vivero Sol: Sí, de tres colores",
  "y también en maceta",
  "13/05/24, 09:02 - Ana López: lista.txt (archivo adjunto)",
  "13/05/24, 09:03 - Ana López: IMG-20240513-WA0001.jpg (archivo adjunto)",
  "13/05/24, 09:04 - Ana López: PTT-20240513-WA0002.opus (archivo adjunto)",
].join("\n");
const BRUNO = "[3/4/24, 9:15:03\u202fAM] Bruno Dias: Buen día\n[4/4/24, 9:16:03\u202fAM] Vivero Sol: Buen día\n";
const GROUP = "13/05/24, 09:00 - Ana: a\n13/05/24, 09:01 - Bruno: b\n13/05/24, 09:02 - Carla: c\n";

const exported = (name, buffer) => ({ name, mimeType: "application/zip", buffer });
async function choose(seller, files) {
  const chooser = seller.page.waitForEvent("filechooser");
  await seller.button("chats_pick").click();
  await (await chooser).setFiles(files);
}
const figure = (region, seller, key) =>
  region.locator("dl > div").filter({ hasText: seller.words(key) }).locator("dd").first().innerText();
const look = async (seller, name) => {
  if (process.env.SHOTS) await seller.page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
};

for (const [language, theme, width] of [["en", "light", 1280], ["es", "dark", 1280], ["pt", "light", 1024]]) {
  const name = language === "en" ? "exported chats are checked, brought in as history that can't be answered, and taken back" : `the import of chats reads well in ${language}`;
  flow(name, { language, theme, viewport: { width, height: 800 } }, async (seller) => {
    const { page, words, host, simulator } = seller;
    // Who has the number already, and writes on a live line.
    await simulator.write("Bruno Dias", "Hola de nuevo");
    await seller.row("Bruno Dias").waitFor();
    await seller.settings(words("exchange_title"));
    await look(seller, `chats-${language}-0-page`);
    await seller.button("chats_begin").click();
    await choose(seller, [
      exported(
        "Chat de WhatsApp con Ana López.zip",
        zip({ "Chat de WhatsApp con Ana López.txt": ANA, "lista.txt": "bugambilia 90" }),
      ),
      exported("WhatsApp Chat - Bruno Dias.zip", zip({ "_chat.txt": BRUNO })),
      exported("Grupo.zip", zip({ "_chat.txt": GROUP })),
    ]);
    const region = (file) => page.getByRole("region", { name: file, exact: true });
    const [ana, bruno] = [region("Chat de WhatsApp con Ana López.zip"), region("WhatsApp Chat - Bruno Dias.zip")];

    // A group is refused in words; what can be told is filled in, what can't is asked.
    await region("Grupo.zip").getByText(words("error_chat_group", { name: "Grupo.zip" })).waitFor();
    await ana.getByLabel(words("chats_me"), { exact: true }).getByText("Vivero Sol").waitFor();
    assert.equal(await ana.getByLabel(words("contact_name"), { exact: true }).inputValue(), "Ana López");
    await ana.getByLabel(words("contact_phone"), { exact: true }).fill("+52 55 1234 5678");
    await bruno.getByRole("button", { name: words("chats_use", { name: "Bruno Dias" }) }).click();
    await bruno.getByText(words("chats_with_chosen")).waitFor();
    await page.getByRole("button", { name: words("chats_check") }).and(page.locator("[aria-disabled=true]")).waitFor();
    await bruno.getByText(words("chats_order_month"), { exact: true }).click();
    await look(seller, `chats-${language}-1-choose`);
    await seller.button("chats_check").click();

    await ana.getByText(words("chats_notices", { count: 1, shown: 1 })).waitFor();
    assert.equal(await figure(ana, seller, "chats_count_new"), "5");
    assert.equal(await figure(ana, seller, "chats_count_files"), "1");
    assert.equal(await figure(ana, seller, "chats_count_missing"), "2");
    assert.equal(await figure(bruno, seller, "chats_count_new"), "2");
    await look(seller, `chats-${language}-2-check`);
    assert.deepEqual(await host.call("list_imports"), [], "nothing was done yet");
    await seller.button("chats_run", { count: 7, shown: 7 }).click();

    await page.getByRole("heading", { level: 2, name: words("chats_done") }).waitFor();
    // What one had before is not spoken of where there is nothing of it.
    await page.getByText(words("chats_brought_new", { count: 5, shown: 5 }), { exact: true }).waitFor();
    await look(seller, `chats-${language}-3-report`);
    const imports = await host.call("list_imports");
    const of = (contact) => imports.find((view) => view.import.file_name.includes(contact)).import;
    assert.equal(new Date(of("Bruno").chat.from_s * 1000).getMonth(), 2, "the third month, as it was said");

    // It stands there, closed, and says why nothing can be written; a live line is offered.
    const row = page.getByRole("listitem").filter({ hasText: "WhatsApp Chat - Bruno Dias.zip" });
    await row.getByRole("button", { name: words("chats_open") }).click();
    await page.getByText(words("locked_history")).waitFor();
    await page.getByText("Buen día").first().waitFor();
    const said = seller.bubble("Buen día").first();
    assert.equal(await seller.thread.getByRole("button", { name: words("reply_to") }).count(), 0, "there is nothing to answer");
    await said.click({ button: "right" });
    await page.getByRole("menuitem", { name: words("copy_text") }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: words("reply_to") }).count(), 0, "nor in its menu");
    await page.keyboard.press("Escape");
    // Its line is what it is, not one that is broken.
    const lines = page.getByRole("region", { name: words("contact_lines") });
    if (width >= 1280) {
      await lines.getByText(words("contact_line_history"), { exact: true }).waitFor();
      assert.equal(await lines.getByText(words("contact_line_off"), { exact: true }).count(), 0, "it is not disconnected");
    }
    await look(seller, `chats-${language}-4-thread`);
    await page.getByRole("button", { name: words("history_write_on", { line: "Shop" }) }).click();
    await page.getByText("Hola de nuevo").last().waitFor();
    await seller.composer.fill("Sí, dime");

    // Every one can be taken back.
    await seller.settings(words("exchange_title"));
    if (await seller.button("done").isVisible()) await seller.button("done").click();
    for (const [name, count] of [["Ana López", 5], ["Bruno Dias", 2]]) {
      const one = page.getByRole("listitem").filter({ hasText: `WhatsApp · ${name}` });
      await one.getByRole("button", { name: words("import_undo") }).click();
      // Who came with the chat is gone with it, and their name here.
      await page.getByRole("listitem").getByText(words("chats_undone", { count, shown: count })).waitFor();
    }
    await look(seller, `chats-${language}-5-list`);
    const found = async () => (await host.call("search", { text: "Ana López", limit: 5 })).contacts.length;
    await eventually(found, 0, "Ana came with the chat and goes with it");
  });
}
