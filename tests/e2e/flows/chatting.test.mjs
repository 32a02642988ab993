// A customer writes, the seller answers, and nothing typed is lost.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { eventually, flow } from "../lib/flow.mjs";

flow("a customer writes, the seller opens the chat, replies and sees it delivered", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await page.getByText(words("empty_open"), { exact: true }).waitFor();
  await simulator.write("María Peña", "Hola, ¿tienen sillas de nogal?");
  const row = seller.row("María Peña");
  await row.waitFor();
  assert.match(await row.textContent(), /sillas de nogal/, "the row shows what was written");
  assert.match(await seller.tab("tab_unread").textContent(), /1/, "and it counts as unread");

  await seller.openChat("María Peña");
  await seller.bubble("¿tienen sillas de nogal?").waitFor();
  await seller.send("Sí, quedan cuatro.");
  const mine = seller.bubble("Sí, quedan cuatro.");
  await mine.waitFor();
  assert.equal(await seller.composer.inputValue(), "", "the composer is free at once");
  await eventually(() => simulator.received("María Peña"), ["Sí, quedan cuatro."], "it reaches her, once");

  await mine.getByRole("button", { name: `${words("delivery_title")}: ${words("delivery_read")}` }).click();
  const history = page.getByRole("dialog", { name: words("delivery_title") });
  for (const step of ["delivery_sent", "delivery_delivered", "delivery_read"])
    await history.getByText(words(step), { exact: true }).waitFor();
});

flow("a draft survives a reload, a switch of chats and a killed app", {}, async (seller) => {
  const { page, simulator, host, words } = seller;
  await simulator.write("Bruno Dias", "Oi, tem mesa?");
  await simulator.write("Carla Ruiz", "¿Precio del sofá?");
  await seller.openChat("Bruno Dias");
  await seller.composer.pressSequentially("Temos sim, em");
  await seller.openChat("Carla Ruiz");
  assert.equal(await seller.composer.inputValue(), "", "another chat has another draft");
  // The row says that a draft waits.
  await seller.row("Bruno Dias").filter({ hasText: "Temos sim, em" }).waitFor();
  await seller.composer.fill("Cuesta 4,500");
  await seller.openChat("Bruno Dias");
  await seller.draftIs("Temos sim, em");
  const saved = page.waitForResponse(
    (r) => r.url().endsWith("/call/save_draft") && r.request().postDataJSON().text === "Temos sim, em duas cores",
  );
  await seller.composer.fill("Temos sim, em duas cores");
  await (await saved).finished();

  await page.reload();
  await seller.openChat("Bruno Dias");
  await seller.draftIs("Temos sim, em duas cores");

  // A power cut loses no letter either, of any chat.
  await seller.powerCut();
  await seller.openChat("Bruno Dias");
  await seller.draftIs("Temos sim, em duas cores");
  await seller.openChat("Carla Ruiz");
  await seller.draftIs("Cuesta 4,500");
  await seller.row("Bruno Dias").filter({ hasText: words("draft_prefix") }).waitFor();
});

flow("a click on the chat that comes back with the window is enough to write in it, also before it is read", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Lupita Ríos", "Bruno Dias"]) await simulator.write(who, "¿Cuánto cuesta el envío?");
  await seller.openChat("Bruno Dias");
  // The chat is chosen from the first frame on; what stands in it is read later than somebody clicks.
  let read;
  const clicked = new Promise((resolve) => (read = resolve));
  await page.route("**/call/get_thread", async (route) => {
    await clicked;
    await route.continue();
  });
  await page.reload();
  await seller.row("Bruno Dias").and(page.locator("[aria-selected=true]")).click();
  assert.equal(await seller.composer.count(), 0, "there is nothing to write in yet");
  read();
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.type("Es gratis, hoy");
  assert.equal(await seller.composer.inputValue(), "Es gratis, hoy", "every letter is a letter");

  // Nor does a second click on a chat that is still being read write in the one before it.
  let readNext;
  const clickedAgain = new Promise((resolve) => (readNext = resolve));
  await page.unroute("**/call/get_thread");
  await page.route("**/call/get_thread", async (route) => {
    await clickedAgain;
    await route.continue();
  });
  await seller.row("Lupita Ríos").click();
  await seller.row("Lupita Ríos").click();
  await page.keyboard.type("Hola");
  readNext();
  await page.getByRole("heading", { level: 2, name: "Lupita Ríos", exact: true }).waitFor();
  await page.waitForFunction((label) => document.activeElement?.getAttribute("aria-label") === label, words("write_to", { name: "Lupita Ríos" }));
  await page.keyboard.type("Con gusto");
  assert.equal(await seller.composer.inputValue(), "Con gusto", "and no word of it is in another chat");
  await seller.openChat("Bruno Dias");
  await seller.draftIs("Es gratis, hoy");
});

flow("a click on a chat is enough to write in it", {}, async (seller) => {
  const { page, simulator } = seller;
  for (const who of ["Lupita Ríos", "Bruno Dias"]) await simulator.write(who, "¿Cuánto cuesta el envío?");
  // The first letters are those of commands: E closes, S snoozes, H and O do other things.
  for (const [who, words] of [
    ["Lupita Ríos", "El envío es gratis"],
    ["Bruno Dias", "Sí, tenemos. Hola"],
  ]) {
    await seller.openChat(who);
    await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
    await page.keyboard.type(words);
    assert.equal(await seller.composer.inputValue(), words, "every letter is a letter");
    await page.keyboard.press("Enter");
    await eventually(() => simulator.received(who), [words], "and it reaches that customer");
  }
  assert.equal(await page.getByRole("row").count(), 2, "nothing was closed or snoozed");
});

flow("a toast covers nothing that one writes with", { viewport: { width: 1280, height: 800 } }, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  for (const width of [1280, 1024, 700]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("u");
    await seller.toast.waitFor();
    const [toast, form] = await Promise.all([seller.toast.boundingBox(), page.locator("form.composer").boundingBox()]);
    const apart = toast.x + toast.width <= form.x || toast.y + toast.height <= form.y;
    assert.ok(apart, `${width} px: ${JSON.stringify({ toast, form })}`);
    assert.ok(toast.x >= 0 && toast.x + toast.width <= width, "all of it is in the window");
    await seller.toast.getByRole("button", { name: words("dismiss") }).click();
    await seller.toast.waitFor({ state: "detached" });
  }
});

flow("what comes below while one reads further up is counted and marked", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (let i = 1; i <= 30; i++) await simulator.write("Bruno Dias", `Linha ${i}`);
  // All of them are here: what comes to a chat that is open is followed.
  await seller.row("Bruno Dias").filter({ hasText: "Linha 30" }).waitFor();
  await seller.openChat("Bruno Dias");
  // It opens where the new ones begin: the arrow says how many more there are than one sees, and fewer as one reads on.
  const arrow = page.locator("button.jump");
  const inView = () =>
    seller.thread.evaluate((el) => {
      const { bottom } = el.getBoundingClientRect();
      return [...el.querySelectorAll("[role=article]")].filter((one) => one.getBoundingClientRect().bottom <= bottom).length;
    });
  const counts = async () => {
    const below = 30 - (await inView());
    return [(await arrow.textContent()).trim(), await arrow.getAttribute("aria-label")].join() ===
      [below, words("jump_new", { count: below, shown: below })].join();
  };
  await eventually(counts, true, "what is in view is not below");
  const first = await inView();
  await seller.thread.evaluate((el) => (el.scrollTop += 160));
  await eventually(async () => (await inView()) > first && (await counts()), true, "one reads on");
  await seller.toBottom();
  await seller.bubble("Linha 30").waitFor();
  // While the end of the last message can be read, nothing stands on its time.
  await page.locator("button.jump").waitFor({ state: "detached" });
  await seller.thread.evaluate((el) => (el.scrollTop -= 6));
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
  assert.equal(await page.locator("button.jump").count(), 0);
  await page.waitForFunction(() => document.querySelectorAll("[role=row] .row.unread, [role=row].unread").length === 0);
  await seller.thread.evaluate((el) => (el.scrollTop = 0));
  for (const text of ["Ainda aí?", "Alô?"]) await simulator.write("Bruno Dias", text);
  await page.getByRole("button", { name: words("jump_new", { count: 2, shown: 2 }) }).click();
  await arrow.waitFor({ state: "detached" });
  await seller.bubble("Alô?").waitFor();
  await seller.thread.getByText(words("new_messages"), { exact: true }).waitFor();
  await seller.send("Estou aqui");
  await seller.thread.getByText(words("new_messages"), { exact: true }).waitFor({ state: "detached" });
});

flow("a late message above what was read shows a way to it, and the chat can be read", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (let i = 1; i <= 30; i++) await simulator.write("Bruno Dias", `Linha ${i}`);
  await seller.heard("Bruno Dias", "Linha 30");
  await seller.openChat("Bruno Dias");
  await seller.toBottom();
  const unread = (count) =>
    page.waitForFunction((n) => document.querySelectorAll("[role=row] .row.unread, [role=row].unread").length === n, count);
  await unread(0);
  await simulator.write("Bruno Dias", "Escrita de manhã", { after_ms: -3_600_000 });
  const chip = seller.button("new_above", { count: 1 });
  await chip.waitFor();
  // The reader is at the end: that reads the chat, although its last message is not the newest to come.
  await seller.tab("tab_unread").filter({ hasNotText: "1" }).waitFor();
  await unread(0);
  await chip.click();
  await seller.bubble("Escrita de manhã").waitFor();
  await chip.waitFor({ state: "detached" });
});

flow("a sent message can be taken back while it is held and never leaves", { settings: { undo_send_s: 30 } }, async (seller) => {
  const { simulator, words, page } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await seller.send("Custa 300");
  const held = seller.bubble("Custa 300");
  await held.getByRole("button", { name: /^Undo \d+ s$/ }).click();
  await held.waitFor({ state: "detached" });
  assert.equal(await seller.composer.inputValue(), "Custa 300", "the words are back in the composer");

  // The key does the same, and a message that nobody takes back leaves at once when asked to.
  await seller.composer.press("Enter");
  await seller.bubble("Custa 300").waitFor();
  await page.keyboard.press("Control+z");
  await seller.bubble("Custa 300").waitFor({ state: "detached" });
  assert.deepEqual(await simulator.received("Bruno Dias"), [], "nothing left");

  await seller.composer.fill("Custa 250");
  await seller.composer.press("Enter");
  await seller.bubble("Custa 250").waitFor();
  await page.getByRole("button", { name: words("status_waiting", { count: 1 }) }).click();
  await page.getByRole("dialog", { name: words("outbox_title") }).getByRole("button", { name: words("outbox_send_now") }).click();
  await eventually(() => simulator.received("Bruno Dias"), ["Custa 250"], "only what was meant to leave did");
});

flow("a quick reply is written once and fills itself in", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("María Peña", "¿A qué cuenta deposito?");
  await seller.settings(words("quick_title"));
  await seller.button("quick_new").click();
  const dialog = page.getByRole("dialog", { name: words("quick_new") });
  await dialog.getByLabel(words("quick_field_title")).fill("Bank details");
  await dialog.getByLabel(words("quick_field_shortcut")).fill("bank");
  await dialog.getByLabel(words("quick_field_body")).fill("{{contact.first_name}}, account 0123 please.");
  await dialog.getByRole("button", { name: words("save"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await seller.inbox();
  await seller.openChat("María Peña");
  await seller.composer.pressSequentially("/ban");
  await page.getByRole("option", { name: /\/bank/ }).waitFor();
  await seller.composer.press("Enter");
  await page.waitForFunction(() => document.querySelector("form.composer textarea")?.value.startsWith("María, account"));
  await seller.composer.press("Enter");
  await eventually(() => simulator.received("María Peña"), ["María, account 0123 please."], "with her name in it");
});

flow("a photo is attached, shown before it leaves, and arrives with its words", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("María Peña", "¿Me manda una foto?");
  await seller.openChat("María Peña");
  const chooser = page.waitForEvent("filechooser");
  await seller.button("attach").click();
  // As big as a small photo; drawn here, so that nobody's picture lies in the repository.
  const bytes = await page.screenshot({ type: "png", clip: { x: 0, y: 0, width: 320, height: 240 } });
  await (await chooser).setFiles({ name: "silla ñandú (1).png", mimeType: "image/png", buffer: bytes });
  const chip = page.getByRole("list", { name: words("attachments") }).getByRole("listitem");
  await chip.filter({ hasText: "silla ñandú (1).png" }).waitFor();
  await chip.locator("img").evaluate((img) => img.decode());
  await seller.send("La de nogal");
  const mine = seller.bubble("La de nogal");
  await mine.locator("img").evaluate((img) => img.decode());
  await eventually(
    async () =>
      (await simulator.control({ do: "deliveries" })).map((d) => [d.body.kind, d.body.caption, d.file_bytes]),
    [["media", "La de nogal", bytes.length]],
    "the customer gets the photo, whole, with its words",
  );
});

flow("a file goes into the chat that asked for it, whatever is on screen when it was chosen", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Bruno Dias", "Carla Ruiz"]) {
    await simulator.write(who, "Oi");
    await seller.row(who).waitFor();
  }
  await seller.openChat("Bruno Dias");
  const asked = page.waitForEvent("filechooser");
  await seller.button("attach").click();
  const chooser = await asked;
  await seller.openChat("Carla Ruiz");
  await chooser.setFiles({ name: "bruno.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 for Bruno") });
  // It is there once Bruno's row says that a draft waits.
  await seller.row("Bruno Dias").filter({ hasText: words("draft_prefix") }).waitFor();
  const chips = page.getByRole("list", { name: words("attachments") });
  assert.equal(await chips.count(), 0, "nothing of it is in Carla's composer");
  await seller.openChat("Bruno Dias");
  await chips.getByRole("listitem").filter({ hasText: "bruno.pdf" }).waitFor();
});

flow("a correction goes with Enter, and a press beside it does not throw it away", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Que horas abre?");
  await seller.openChat("Bruno Dias");
  await seller.send("Abre as 8");
  await eventually(() => simulator.received("Bruno Dias"), ["Abre as 8"], "it is there");
  // The right button on the message opens its menu.
  await seller.bubble("Abre as 8").click({ button: "right" });
  await page.getByRole("menuitem", { name: words("edit_message") }).click();
  const dialog = page.getByRole("dialog", { name: words("edit_message") });
  await dialog.getByRole("textbox").fill("Abre às 9");
  await page.mouse.click(20, 400);
  assert.equal(await dialog.getByRole("textbox").inputValue(), "Abre às 9", "what was typed stands");
  await dialog.getByRole("textbox").press("Enter");
  await dialog.waitFor({ state: "detached" });
  await seller.bubble("Abre às 9").waitFor();
});

flow("a file that is being read shows how far it is, can be given up, and is named when the page went meanwhile", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Tem catálogo?");
  await seller.openChat("Bruno Dias");
  // A slow link to the app: nothing answers until the test lets it.
  let free;
  const until = new Promise((resolve) => (free = resolve));
  await page.route("**/blob", async (route) => {
    await until;
    await route.continue().catch(() => undefined);
  });
  const attach = async (name) => {
    const chooser = page.waitForEvent("filechooser");
    await seller.button("attach").click();
    await (await chooser).setFiles({ name, mimeType: "application/pdf", buffer: Buffer.alloc(2_000_000, "%PDF-1.4 ") });
  };
  const chip = (name) => page.getByRole("list", { name: words("attachments") }).getByRole("listitem").filter({ hasText: name });
  await attach("catalogo.pdf");
  await chip("catalogo.pdf").filter({ hasText: "2 MB" }).waitFor();
  await page.getByRole("progressbar", { name: words("file_reading_name", { name: "catalogo.pdf" }) }).waitFor();
  await seller.button("cancel_file", { name: "catalogo.pdf" }).click();
  await chip("catalogo.pdf").waitFor({ state: "detached" });

  const noted = page.waitForResponse((r) => r.url().endsWith("/call/put_ui_state") && r.request().postData().includes("lista.pdf"));
  await attach("lista.pdf");
  await (await noted).finished();
  await page.reload();
  await seller.openChat("Bruno Dias");
  const said = page.getByRole("alert").filter({ hasText: words("file_cut_off", { name: "lista.pdf" }) });
  await said.waitFor();
  free();
  await said.getByRole("button", { name: words("dismiss") }).click();
  await said.waitFor({ state: "detached" });
  await attach("lista.pdf");
  await seller.button("remove_file", { name: "lista.pdf" }).waitFor();
});

flow("a file over the channel's limit goes as the person says, or says what the limit is", { timeout: 240_000 }, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("María Peña", "¿Me manda las fotos y el video?");
  await seller.openChat("María Peña");
  await seller.composer.fill("Aquí van");
  assert.match(await seller.button("attach").getAttribute("data-tip"), /10\sMB.*8.4\sMB.*52\sMB/s, "known before a file is chosen");

  const folder = await mkdtemp(join(tmpdir(), "embudo-limits-"));
  const put = async (name, bytes) => (await writeFile(join(folder, name), bytes), join(folder, name));
  const film = Buffer.alloc(8_500_000);
  film.write("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "latin1");
  const files = [
    await put("sala.png", noisyPng(640, 480, 10_500_000)),
    await put("silla.png", noisyPng(64, 48)),
    await put("recorrido.mp4", film),
    await put("todo.zip", Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(60_000_000)])),
  ];
  try {
    const chooser = page.waitForEvent("filechooser");
    await seller.button("attach").click();
    await (await chooser).setFiles(files);
    const about = (name) => page.getByRole("alert").filter({ hasText: name });
    await about("todo.zip").filter({ hasText: "60 MB" }).filter({ hasText: "52 MB" }).waitFor();
    assert.equal(await about("todo.zip").getByRole("button").count(), 1, "nothing helps, so nothing is offered");
    await about("todo.zip").getByRole("button", { name: words("dismiss"), exact: true }).click();
    const film_ = about("recorrido.mp4");
    // Some megabytes go up before it is asked about.
    await film_.getByRole("button", { name: words("send_as_document") }).waitFor({ timeout: 90_000 });
    assert.equal(await film_.getByRole("button", { name: words("make_smaller") }).count(), 0, "no film is made smaller");

    await seller.composer.press("Enter");
    await seller.toast.filter({ hasText: words("reason_choose_file") }).waitFor();
    assert.equal(await seller.composer.inputValue(), "Aquí van", "nothing left, nothing typed is lost");

    await film_.getByRole("button", { name: words("send_as_document") }).click();
    await about("sala.png").getByRole("button", { name: words("make_smaller") }).click();
    // What is still being read stands behind the others.
    const names = page.getByRole("list", { name: words("attachments") }).locator("li:not(:has([role=progressbar])) .name");
    await names.nth(2).waitFor({ timeout: 60_000 });
    assert.deepEqual(await names.allTextContents(), ["sala.jpg", "silla.png", "recorrido.mp4"], "in the order in which they were chosen");
    await seller.composer.press("Enter");
    await eventually(
      async () => (await simulator.control({ do: "deliveries" })).map((d) => [d.body.media, d.body.caption ?? null]),
      [["image", "Aquí van"], ["image", null], ["document", null]],
      "the photo as a photo, the film as a document",
    );
    const [photo, , document] = await simulator.control({ do: "deliveries" });
    assert.ok(photo.file_bytes <= 10 * 1024 * 1024, `${photo.file_bytes} bytes fit the channel`);
    assert.equal(document.file_bytes, film.length, "the film is whole");
  } finally {
    await rm(folder, { recursive: true });
  }
});

flow("a photo that a customer sends is shown, opens large and closes again", {}, async (seller) => {
  const { page, simulator } = seller;
  const bytes = await page.screenshot({ type: "png", clip: { x: 0, y: 0, width: 320, height: 240 } });
  await simulator.write("María Peña", "", {
    body: {
      kind: "media",
      media: "image",
      file: { file: { state: "waiting", remote: "" }, name: "sala.png", mime: "image/png", size_bytes: bytes.length },
      caption: "Mi sala",
    },
    file: { name: "sala.png", mime: "image/png", media: "image", bytes: bytes.toString("base64") },
  });
  await seller.openChat("María Peña");
  const photo = seller.bubble("Mi sala").locator("img");
  await photo.evaluate((img) => img.decode());
  await photo.click();
  const viewer = page.getByRole("dialog");
  await viewer.locator("img").first().waitFor();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
});

flow("a shared contact card shows its numbers as people write them", {}, async (seller) => {
  const { simulator } = seller;
  const phones = ["+51900000117", "525512345678", "5512345678", "ask for Leo"];
  await simulator.write("María Peña", "", { body: { kind: "contact", name: "Yesenia", phones } });
  await seller.openChat("María Peña");
  const numbers = seller.bubble("Yesenia").locator(".sub");
  assert.deepEqual(
    await numbers.allTextContents(),
    ["+51 900 000 117", "+52 55 1234 5678", "55 1234 5678", "ask for Leo"],
    "grouped as their country does; what is no number stays as it came",
  );
});

flow("a customer's picture shows in the list, over the chat and in the panel", {}, async (seller) => {
  const { page, simulator } = seller;
  // One of the sample customers, who shows a picture; Bruno shows none.
  await simulator.write("Camila Ferreyra", "Hola");
  await simulator.write("Bruno Dias", "Oi");
  const drawn = async (picture) => {
    await picture.waitFor();
    await picture.evaluate((img) => img.decode());
  };
  await drawn(seller.row("Camila Ferreyra").locator(".avatar img"));
  await seller.openChat("Camila Ferreyra");
  await page.waitForFunction(() => document.querySelectorAll(".avatar img").length === 3);
  for (let n = 0; n < 3; n++) await drawn(page.locator(".avatar img").nth(n));
  assert.match(await seller.row("Bruno Dias").locator(".avatar").textContent(), /BD/, "initials, as before");
  await seller.powerCut();
  await drawn(seller.row("Camila Ferreyra").locator(".avatar img"));
});

flow("a message that the channel refuses says why and can be tried again", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await simulator.faults({ fail_next: 1, fail_code: "BLOCKED_BY_CUSTOMER" });
  await seller.send("Olá Bruno");
  await page.getByText(words("failed_because", { reason: words("error_blocked_by_customer") })).waitFor();
  // Sending it again does not unblock a line: the words can be taken elsewhere.
  const ways = page.locator(".under .buttons");
  assert.deepEqual(
    (await ways.getByRole("button").allTextContents()).map((text) => text.trim()),
    [words("copy_text"), words("retry"), words("discard")],
  );
  await ways.getByRole("button", { name: words("copy_text") }).click();
  await seller.toast.filter({ hasText: words("copied") }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Olá Bruno");
  await ways.getByRole("button", { name: words("retry"), exact: true }).click();
  await seller.toast.filter({ hasText: words("did_retry") }).waitFor();
  await eventually(() => simulator.received("Bruno Dias"), ["Olá Bruno"], "the second try arrives");
});

/** A picture of noise, uncompressed, with so many bytes beside its pixels as cameras put there. */
function noisyPng(width, height, besides = 0) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let state = 7;
  for (let i = 0; i < rows.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    rows[i] = i % (1 + width * 3) === 0 ? 0 : state >>> 24;
  }
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 0 })),
    chunk("juNk", Buffer.alloc(besides)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ -1) >>> 0;
}
