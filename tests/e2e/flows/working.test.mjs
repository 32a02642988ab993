// Working the inbox: closing, snoozing, unread, filters; everything can be taken back.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const SNOOZED = {
  en: "a date without a year is the next one, shown whole, in English",
  es: "a date without a year is the next one, shown whole, in Spanish",
  pt: "a date without a year is the next one, shown whole, in Portuguese",
};

flow("a conversation is closed, taken back, closed and reopened", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await seller.button("close_conversation").click();
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  // Of the conversation; what happened to the lead stands between them.
  const told = seller.thread.locator("p.event[id^=message-]");
  await told.filter({ hasText: words("event_closed") }).waitFor();
  await seller.toast.filter({ hasText: words("did_close") }).getByRole("button", { name: words("undo"), exact: true }).click();
  await seller.row("Bruno Dias").waitFor();
  await told.filter({ hasText: words("event_closed") }).waitFor({ state: "detached" });
  assert.equal(await told.count(), 1, "the thread tells that it was opened, and nothing of what was taken back");

  await seller.button("close_conversation").click();
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  await page.getByRole("button", { name: `${words("scope")}: ${words("scope_open")}` }).click();
  await page.getByRole("menuitemcheckbox", { name: words("scope_closed") }).click();
  await seller.row("Bruno Dias").click();
  await page.getByRole("button", { name: words("reopen"), exact: true }).click();
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  await page.getByRole("button", { name: `${words("scope")}: ${words("scope_closed")}` }).click();
  await page.getByRole("menuitemcheckbox", { name: words("scope_open") }).click();
  await seller.row("Bruno Dias").waitFor();
});

flow("a new message reopens a closed conversation", {}, async (seller) => {
  const { simulator } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await seller.button("close_conversation").click();
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  await simulator.write("Bruno Dias", "Ainda está aí?");
  await seller.row("Bruno Dias").waitFor();
});

flow("a conversation is snoozed by a preset and by typed words", {}, async (seller) => {
  const { page, simulator, words, host } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  await seller.button("action_snooze").click();
  const dialog = page.getByRole("dialog", { name: words("snooze_title", { count: 1 }) });
  await dialog.getByRole("button", { name: new RegExp(`^${words("snooze_tomorrow")}`) }).click();
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await seller.row("Bruno Dias").waitFor();

  await seller.button("action_snooze").click();
  const box = dialog.getByLabel(words("snooze_custom"));
  await box.fill("not a moment");
  await dialog.getByText(words("snooze_not_understood")).waitFor();
  // A quick hand: Enter comes before the words are read.
  await box.fill("in 2 hours");
  await box.press("Enter");
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  const { rows } = await host.call("list_conversations", {
    view: {
      scope: "snoozed",
      tab: "all",
      order: "newest",
      filter: { line_ids: [], line_types: [], since_ms: null, until_ms: null, waiting_on: null, window: null, tag_ids: [], has_draft: false, has_failed: false },
    },
    after: null,
    from_index: null,
    limit: 10,
  });
  const hours = (rows[0].state.until_ms - Date.now()) / 3_600_000;
  assert.ok(hours > 1.9 && hours < 2.1, `two hours from now, not ${hours}`);

  await simulator.write("Bruno Dias", "Oi de novo");
  await seller.row("Bruno Dias").waitFor();
});

for (const [language, typed] of [
  ["en", "Dec 20 9am"],
  ["es", "20 dic 9:00"],
  ["pt", "20 dez 9h"],
]) {
  flow(SNOOZED[language], { language, viewport: { width: 1280, height: 800 } }, async (seller) => {
    const { page, simulator, words } = seller;
    await simulator.write("Bruno Dias", "Oi");
    await seller.openChat("Bruno Dias");
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog", { name: words("snooze_title", { count: 1 }) });
    await dialog.getByLabel(words("snooze_custom")).fill(typed);
    const now = new Date();
    const year = now.getMonth() === 11 && now.getDate() >= 20 ? now.getFullYear() + 1 : now.getFullYear();
    const meant = dialog.getByRole("status").filter({ hasText: String(year) }).filter({ hasText: "20" });
    await meant.waitFor();
    assert.match(await meant.textContent(), { en: /December/, es: /diciembre/, pt: /dezembro/ }[language], "the whole date");
    await dialog.getByLabel(words("snooze_custom")).press("Enter");
    await dialog.waitFor({ state: "detached" });
    // It is still open beside the list; its head says until when, whole.
    const state = page.locator("header .below .state");
    await state.filter({ hasText: "20" }).waitFor();
    for (const width of [1280, 1024]) {
      await page.setViewportSize({ width, height: 800 });
      const cut = await state.evaluate((el) => el.scrollWidth - el.clientWidth);
      assert.ok(cut <= 0, `${width} px: ${await state.textContent()} is cut by ${cut} px`);
    }
  });
}

flow("a conversation is marked unread and read again", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await simulator.write("Carla Ruiz", "Hola");
  await seller.row("Carla Ruiz").waitFor();
  await seller.openChat("Bruno Dias");
  await page.waitForFunction(() => document.querySelectorAll("[role=row] .row.unread, [role=row].unread").length === 1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("u");
  await seller.toast.filter({ hasText: words("did_unread") }).waitFor();
  await seller.tab("tab_unread").click();
  await seller.row("Bruno Dias").waitFor();
  await page.keyboard.press("u");
  await seller.toast.filter({ hasText: words("did_read") }).waitFor();
  await page.keyboard.press("Control+z");
  await seller.toast.filter({ hasText: words("undone", { what: words("did_read") }) }).waitFor();
});

flow("tabs, scopes and filters show what they count", { settings: { keep_unread_until_reply: true } }, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Ana Uno", "Beto Dos", "Caro Tres"]) await simulator.write(who, `Soy ${who}`);
  await seller.row("Ana Uno").waitFor();
  await seller.row("Beto Dos").waitFor();
  await seller.openChat("Caro Tres");
  await seller.send("Hola Caro");
  const count = (tab) => tab.locator(".count");
  await count(seller.tab("tab_all")).filter({ hasText: "3" }).waitFor();
  await count(seller.tab("tab_unread")).filter({ hasText: "2" }).waitFor();
  await seller.tab("tab_unread").click();
  await seller.row("Caro Tres").waitFor({ state: "detached" });
  assert.equal(await page.getByRole("row").count(), 2, "as many rows as the tab counts");

  await seller.tab("tab_all").click();
  await seller.row("Caro Tres").waitFor();
  await seller.button("filter").click();
  await page.getByRole("radiogroup", { name: words("filter_waiting") }).getByText(words("filter_on_customer"), { exact: true }).click();
  await page.getByText(words("result_count", { count: 1, shown: 1 })).waitFor();
  await page.keyboard.press("Escape");
  await seller.row("Ana Uno").waitFor({ state: "detached" });
  await seller.row("Caro Tres").waitFor();
  await page.getByRole("button", { name: words("remove_filter", { name: words("chip_on_customer") }) }).click();
  await seller.row("Ana Uno").waitFor();
});

flow("several conversations are closed at once and come back with one undo", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Ana Uno", "Beto Dos", "Caro Tres"]) await simulator.write(who, `Soy ${who}`);
  await seller.row("Ana Uno").waitFor();
  await seller.row("Caro Tres").waitFor();
  await seller.row("Ana Uno").click({ modifiers: ["Control"] });
  await seller.row("Beto Dos").click({ modifiers: ["Control"] });
  await page.getByText(words("bulk_count", { count: 2, shown: 2 })).waitFor();
  await page.keyboard.press("e");
  await seller.row("Ana Uno").waitFor({ state: "detached" });
  await seller.row("Beto Dos").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await seller.row("Ana Uno").waitFor();
  await seller.row("Beto Dos").waitFor();
});

flow("a customer's video opens and plays from the local store", {}, async (seller) => {
  const { page, simulator } = seller;
  // Drawn and recorded by the browser itself: a second of colours.
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const brush = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let hue = 0; hue < 360; hue += 30) {
      brush.fillStyle = `hsl(${hue} 60% 50%)`;
      brush.fillRect(0, 0, 160, 120);
      await new Promise((painted) => requestAnimationFrame(painted));
    }
    recorder.stop();
    await stopped;
    return btoa(String.fromCharCode(...new Uint8Array(await new Blob(parts).arrayBuffer())));
  });
  const file = { file: { state: "waiting", remote: "" }, name: "sala.webm", mime: "video/webm", size_bytes: bytes.length };
  await simulator.write("Bruno Dias", "", {
    body: { kind: "media", media: "video", file },
    file: { name: "sala.webm", mime: "video/webm", media: "video", bytes },
  });
  await seller.openChat("Bruno Dias");
  await page.locator(".picture.video").click();
  await page.waitForFunction(() => document.querySelector("video")?.videoWidth === 160);
  await page.keyboard.press("Escape");
  await page.locator("video").waitFor({ state: "detached" });
});

flow("a video that can't be played says so and what can be done instead", {}, async (seller) => {
  const { page, simulator, words } = seller;
  // The beginning of an MP4 and then nothing that a decoder knows.
  const bytes = Buffer.concat([Buffer.from("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom", "latin1"), Buffer.alloc(400, 7)]);
  const file = { file: { state: "waiting", remote: "" }, name: "sala.mp4", mime: "video/mp4", size_bytes: bytes.length };
  await simulator.write("Bruno Dias", "", {
    body: { kind: "media", media: "video", file },
    file: { name: "sala.mp4", mime: "video/mp4", media: "video", bytes: bytes.toString("base64") },
  });
  await seller.openChat("Bruno Dias");
  await page.locator(".picture.video").click();
  const instead = page.getByRole("dialog").getByRole("status");
  await instead.getByText(words("video_not_playable")).waitFor();
  for (const label of [words("video_open_outside"), words("file_save")]) await instead.getByRole("button", { name: label }).waitFor();
  assert.equal(await page.locator("video").count(), 0, "no box with controls that do nothing");
});

flow("a click opens the chat that was pressed, although its row moved before the release", {}, async (seller) => {
  const { page, simulator } = seller;
  await simulator.write("María Peña", "Hola");
  const box = await seller.row("María Peña").locator(".name").boundingBox();
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await simulator.write("Bruno Dias", "Oi");
  await page.waitForFunction(
    ([x, y]) => document.elementFromPoint(x, y)?.closest("[role=row]")?.textContent.includes("Bruno Dias"),
    [box.x + 5, box.y + 5],
  );
  await page.mouse.up();
  await page.getByRole("heading", { level: 2, name: "María Peña", exact: true }).waitFor();
});

flow("a press of the mouse opens a chat before its release, reads it once, and words go to the one pressed last", {}, async (seller) => {
  const { page, simulator } = seller;
  await simulator.write("María Peña", "Hola");
  for (let i = 1; i <= 60; i++) await simulator.write("Bruno Dias", `Linha ${i}`);
  const press = async (who) => {
    const box = await seller.row(who).locator(".name").boundingBox();
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
  };
  const head = (who) => page.getByRole("heading", { level: 2, name: who, exact: true });
  await seller.heard("Bruno Dias", "Linha 60");
  await seller.openChat("María Peña");
  await seller.openChat("Bruno Dias");
  await seller.toBottom();
  await seller.bubble("Linha 60").waitFor();
  // Read to its end: from now on it opens there.
  await page.waitForFunction(() => !document.querySelector("[role=row][aria-selected=true]").matches(".unread"));
  await seller.openChat("María Peña");

  const asked = [];
  page.on("request", (request) => /\/call\/(get_thread|list_messages)$/.test(request.url()) && asked.push(request.postData()));
  await press("Bruno Dias");
  await head("Bruno Dias").waitFor();
  await page.mouse.up();
  await page.waitForFunction(() => document.querySelectorAll(".messages [role=article]").length >= 50);
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  assert.equal(asked.length, 1, "one page, although not all of it is drawn in the first frame");

  for (const who of ["María Peña", "Bruno Dias", "María Peña"]) {
    await press(who);
    await page.mouse.up();
  }
  await head("María Peña").waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.type("e u");
  assert.equal(await seller.composer.inputValue(), "e u", "letters, no commands");

  // Released elsewhere: it is open, and nothing is written in it yet.
  await press("Bruno Dias");
  await page.mouse.move(900, 400);
  await page.mouse.up();
  await head("Bruno Dias").waitFor();
  await seller.openChat("María Peña");
  // The draft stayed where it was written.
  await seller.draftIs("e u");
});

flow("words typed after a button that vanished go into the chat and are no commands", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (let i = 1; i <= 30; i++) await simulator.write("Bruno Dias", `Linha ${i}`);
  await simulator.write("María Peña", "Hola");
  await seller.heard("Bruno Dias", "Linha 30");
  await seller.openChat("Bruno Dias");
  await seller.toBottom();
  await seller.bubble("Linha 30").waitFor();
  await seller.thread.evaluate((el) => (el.scrollTop = 0));
  await page.getByRole("button", { name: words("jump_bottom"), exact: true }).click();
  await page.keyboard.type("en un momento");
  assert.equal(await seller.composer.inputValue(), "en un momento", "every letter is a letter");
  await page.keyboard.press("Enter");
  await eventually(() => simulator.received("Bruno Dias"), ["en un momento"], "and it reaches that customer");

  // The toast's own button goes some time after its press. What is read can be marked unread.
  await page.waitForFunction(() => !document.querySelector("[role=row][aria-selected=true]").matches(".unread"));
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("u");
  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).waitFor({ state: "detached" });
  await page.keyboard.type("eu");
  assert.equal(await seller.composer.inputValue(), "eu");
  assert.equal(await page.getByRole("row").count(), 2, "nothing was closed");
});

flow("an order that has no place for some chats says so, and shows all again", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  await seller.button("order_now", { order: words("order_newest") }).click();
  await page.getByRole("menuitemcheckbox", { name: words("order_window") }).click();
  await page.getByText(words("order_only_window")).waitFor();
  await page.getByText(words("empty_filtered"), { exact: true }).waitFor();
  await page.getByRole("button", { name: words("order_show_all") }).click();
  await seller.row("Bruno Dias").waitFor();
  assert.equal(await page.getByText(words("order_only_window")).count(), 0);
});

flow("Enter saves a value and stays in its field", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.openChat("Bruno Dias");
  const form = page.getByRole("form", { name: words("contact_save") });
  await form.getByRole("button", { name: words("contact_save") }).click();
  await form.waitFor({ state: "detached" });
  const field = page.getByLabel(words("contact_phone"), { exact: true });
  await field.fill("123");
  await field.press("Enter");
  await page.getByText(words("contact_phone_check")).waitFor();
  assert.ok(await field.evaluate((input) => document.activeElement === input), "the next letters go into it, too");
  await field.fill("55 1234 5678");
  await field.press("Enter");
  await eventually(async () => (await field.inputValue()).startsWith("+52"), true, "it is shown as it was kept");
  assert.ok(await field.evaluate((input) => document.activeElement === input));
});

flow("a press beside an open menu closes it alone, and one that asks for another menu opens that", {}, async (seller) => {
  const { page, simulator, words } = seller;
  const people = ["Bruno Dias", "Carla Ruiz", "Ana Paz"];
  for (const who of people) {
    await simulator.write(who, "Oi");
    await seller.row(who).waitFor();
  }
  await seller.openChat("Bruno Dias");
  const menu = (name) => page.getByRole("menu", { name, exact: true });
  const closed = () => page.waitForFunction(() => !document.querySelector("[role=menu]") && document.body.style.pointerEvents === "");
  // The rows stand with the newest above; a menu hangs to the right below the place of its press.
  const press = async (who, button) => {
    const box = await seller.row(who).boundingBox();
    await page.mouse.click(box.x + 100, box.y + 20, { button });
  };
  await press("Bruno Dias", "right");
  await menu("Bruno Dias").waitFor();
  await press("Carla Ruiz", "right");
  await menu("Carla Ruiz").waitFor();
  assert.equal(await page.getByRole("menu").count(), 1, "one press: the other menu is gone");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement?.role === "menuitem");
  await press("Ana Paz", "left");
  await closed();
  await page.getByRole("heading", { level: 2, name: "Bruno Dias" }).waitFor();
  // Bruno's is read by now, and nobody else was opened.
  await seller.tab("tab_unread").filter({ hasText: "2" }).waitFor();

  // A button with a menu of its own, and back to a row's.
  await press("Carla Ruiz", "right");
  await menu("Carla Ruiz").waitFor();
  const order = seller.button("order_now", { order: words("order_newest") });
  const at = await order.boundingBox();
  const pressOrder = () => page.mouse.click(at.x + 8, at.y + 8);
  await pressOrder();
  await menu(words("order")).waitFor();
  await pressOrder();
  await closed();

  // The same above the messages.
  await seller.send("Um");
  // A menu hangs over what stands near: the other message is further up.
  for (let n = 1; n <= 8; n++) await seller.send(`Entre ${n}`);
  await seller.send("Dois");
  const more = (text) => seller.bubble(text).locator("xpath=..").getByRole("button", { name: words("more") });
  await seller.bubble("Dois").hover();
  await more("Dois").click();
  await menu(words("more")).waitFor();
  const up = await more("Um").boundingBox();
  await page.mouse.click(up.x + 8, up.y + 8);
  await menu(words("more")).getByRole("menuitem", { name: words("copy_text") }).click();
  await seller.toast.filter({ hasText: words("copied") }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Um", "the menu was the other message's");

  // Without a mouse.
  await page.keyboard.press("Escape");
  await page.getByRole("grid").focus();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { level: 2, name: "Ana Paz" }).waitFor();
  await page.keyboard.press("Shift+F10");
  await menu("Ana Paz").waitFor();
  await page.keyboard.press("Escape");
  await closed();
  await page.waitForFunction(() => document.activeElement?.role === "grid");
});

flow("what is done to many chats stands in one row at 1,024 px", { language: "pt", viewport: { width: 1024, height: 768 } }, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Ana Ruiz", "Bruno Dias"]) await simulator.write(who, "Oi");
  for (const who of ["Ana Ruiz", "Bruno Dias"]) await seller.row(who).waitFor();
  await page.keyboard.press("Control+a");
  const bar = page.getByRole("toolbar", { name: words("bulk_label") });
  await bar.getByRole("button", { name: words("close_conversation"), exact: true }).waitFor();
  const middles = await bar.evaluate((node) =>
    [...node.querySelectorAll("button")].map((button) => {
      const { top, bottom } = button.getBoundingClientRect();
      return Math.round((top + bottom) / 2);
    }),
  );
  assert.equal(new Set(middles).size, 1, `one row: ${middles}`);
});
