// The reply box: a small window of one chat, where a banner has no field to type in.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const field = (page) => page.locator("form.composer textarea");
/** Nothing of anybody is on the screen. */
const gone = (page) => page.locator("main").waitFor({ state: "detached" });
const draftOf = async (seller, who) => (await seller.host.call("get_draft", { conversation_id: await seller.chatOf(who) })).text;

async function writes(seller, who, text) {
  await seller.simulator.write(who, text);
  await seller.row(who).filter({ hasText: text }).waitFor();
}

flow("a reply from the box arrives once, without a time to undo, and the box is done", { settings: { undo_send_s: 10 } }, async (seller) => {
  const { simulator, words } = seller;
  for (const text of ["Boa tarde", "Vi a mesa no anúncio", "Ela vem montada?"]) await writes(seller, "Bruno Dias", text);
  const box = await seller.openReplyBox("Bruno Dias");
  const last = box.getByRole("log", { name: words("reply_box_last") }).getByRole("article");
  await box.getByText(words("banner_new_messages", { count: 3 })).waitFor();
  await simulator.write("Bruno Dias", "Entregam em Curitiba?");
  await last.filter({ hasText: "Entregam em Curitiba?" }).waitFor();
  assert.deepEqual(
    (await last.allInnerTexts()).map((text) => text.split("\n")[0].trim()),
    ["Vi a mesa no anúncio", "Ela vem montada?", "Entregam em Curitiba?"],
    "the last three, as they come",
  );
  // It has the cursor: the letters go there without a click.
  await box.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await box.keyboard.type("Entregamos sim.");
  await box.keyboard.press("Shift+Enter");
  await box.keyboard.type("Vai montada.");
  await box.keyboard.down("Enter");
  await box.keyboard.down("Enter");
  await box.keyboard.up("Enter");
  await gone(box);
  await eventually(() => simulator.received("Bruno Dias"), ["Entregamos sim.\nVai montada."], "once, and at once");
  assert.equal(await draftOf(seller, "Bruno Dias"), "", "nothing is left of it");
  await seller.openChat("Bruno Dias");
  await seller.bubble("Entregamos sim.").waitFor();
  assert.equal(await seller.composer.inputValue(), "");
});

flow("what may not go stays in the box with the reason, and is the draft", {}, async (seller) => {
  const { host, simulator, words } = seller;
  await writes(seller, "Bruno Dias", "Oi");
  const page = await seller.openPage();
  await page.getByRole("row").first().waitFor();
  // It hears nothing: what is refused is refused by the app.
  await page.routeWebSocket(/\/events$/, () => undefined);
  await page.goto(await seller.replyBoxAddress("Bruno Dias"));
  await field(page).fill("Tem sim");
  await host.call("disconnect_line", { line_id: (await host.call("list_lines"))[0].id });
  await field(page).press("Enter");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  const reason = words("banner_why_line_down").replace(/^T/, "t");
  assert.equal((await alert.innerText()).trim(), words("banner_not_sent", { reason }), "in words, and what becomes of them");
  assert.equal(await field(page).inputValue(), "Tem sim", "the words are still there");
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  assert.equal(await draftOf(seller, "Bruno Dias"), "Tem sim", "and are the draft");
  assert.deepEqual(await simulator.received("Bruno Dias"), [], "nothing went");
});

flow("Esc closes the quick replies, then the box, and the words are the chat's draft everywhere", {}, async (seller) => {
  const { host, simulator, words } = seller;
  await host.call("save_quick_reply", { id: null, shortcut: "prazo", title: "Prazo", body: "Em 6 dias úteis, {{contact.first_name}}.", attachments: [] });
  await writes(seller, "Bruno Dias", "Qual é o prazo?");
  await seller.openChat("Bruno Dias");
  const box = await seller.openReplyBox("Bruno Dias");
  await field(box).pressSequentially("/pra");
  const list = box.getByRole("listbox", { name: words("quick_replies") });
  await list.getByRole("option").first().waitFor();
  await box.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  assert.equal(await field(box).inputValue(), "/pra", "the top layer only");
  await field(box).pressSequentially("z");
  await list.getByRole("option").first().waitFor();
  await box.keyboard.press("Enter");
  await box.waitForFunction(() => document.querySelector("form.composer textarea").value === "Em 6 dias úteis, Bruno.");
  await box.keyboard.press("Escape");
  await gone(box);
  assert.equal(await draftOf(seller, "Bruno Dias"), "Em 6 dias úteis, Bruno.");
  await seller.draftIs("Em 6 dias úteis, Bruno.");
  assert.deepEqual(await simulator.received("Bruno Dias"), []);
});

flow("another reply shows its chat in the same box, and each chat keeps its own words", {}, async (seller) => {
  await writes(seller, "Bruno Dias", "Oi");
  await writes(seller, "Carla Ruiz", "Hola");
  const page = await seller.openPage();
  await page.getByRole("row").first().waitFor();
  let wire;
  await page.routeWebSocket(/\/events$/, (socket) => {
    socket.connectToServer();
    wire = socket;
  });
  await page.goto(await seller.replyBoxAddress("Bruno Dias"));
  await field(page).fill("Para o Bruno");
  const carla = await seller.chatOf("Carla Ruiz");
  // As the app does when "Reply" is pressed on her banner.
  const press = async () => {
    const asked = await seller.host.call("start_reply_box", { conversation_id: carla });
    wire.send(JSON.stringify({ event: "reply_requested", ...asked }));
  };
  await press();
  await page.getByRole("heading", { level: 1, name: "Carla Ruiz", exact: true }).waitFor();
  assert.equal(await field(page).inputValue(), "", "nothing of another chat");
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.type("Para Carla");
  await eventually(() => draftOf(seller, "Bruno Dias"), "Para o Bruno", "what was typed is kept");
  await page.keyboard.press("Escape");
  await gone(page);
  assert.equal(await draftOf(seller, "Carla Ruiz"), "Para Carla");
  // The window is asked for once more.
  await press();
  await page.waitForFunction(() => document.querySelector("form.composer textarea")?.value === "Para Carla");
});

flow("a chat can be read, snoozed or opened from its box", {}, async (seller) => {
  const { host, words } = seller;
  await writes(seller, "Bruno Dias", "Oi");
  const bruno = await seller.chatOf("Bruno Dias");
  const view = () => host.call("get_conversation", { conversation_id: bruno });
  let box = await seller.openReplyBox("Bruno Dias");
  assert.equal((await view()).unread, 1, "seeing it in the box does not read it");
  await box.getByRole("button", { name: words("banner_mark_read") }).click();
  await gone(box);
  assert.equal((await view()).unread, 0);
  box = await seller.openReplyBox("Bruno Dias");
  await box.getByRole("button", { name: words("reply_box_open") }).click();
  await gone(box);
  await seller.page.getByRole("heading", { level: 2, name: "Bruno Dias", exact: true }).waitFor();
  await seller.page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  box = await seller.openReplyBox("Bruno Dias");
  await box.getByRole("button", { name: words("banner_snooze") }).click();
  await gone(box);
  const { state } = await view();
  const minutes = (state.until_ms - Date.now()) / 60_000;
  assert.ok(state.state === "snoozed" && minutes > 58 && minutes < 61, `an hour, or until they reply: ${JSON.stringify(state)}`);
});

flow("the chat in the box is told nowhere else, and behind the lock the box is empty and its words are kept", {}, async (seller) => {
  const { host, simulator } = seller;
  await writes(seller, "Bruno Dias", "Oi");
  const bruno = await seller.chatOf("Bruno Dias");
  const box = await seller.openReplyBox("Bruno Dias");
  await field(box).fill("Tem");
  await eventually(() => draftOf(seller, "Bruno Dias"), "Tem", "it is saved while it is typed");
  await simulator.write("Bruno Dias", "Está aí?");
  const newest = async () => (await host.call("list_alert_log", { conversation_id: bruno, before: null }))[0].entry;
  await eventually(async () => (await newest()).banner.why, "on_screen", "it was under the seller's eyes");
  await field(box).pressSequentially(" sim");
  await host.call("set_app_lock", { pin: "2468", after_minutes: 0 });
  await host.call("lock_app", {});
  await gone(box);
  assert.equal(await box.title(), "Embudo", "no name either");
  await host.call("unlock_app", { pin: "2468" });
  await eventually(() => draftOf(seller, "Bruno Dias"), "Tem sim", "what was being typed");
});

flow("where only an answer of theirs lets words go, they are written for then", {}, async (seller) => {
  const { host, simulator, words } = seller;
  await writes(seller, "Bruno Dias", "Oi");
  const page = await seller.openPage();
  await page.getByRole("row").first().waitFor();
  // No line of the simulator has a window: the page is told of one.
  await page.route("**/call/get_conversation", async (route) => {
    const answer = await route.fetch();
    const view = await answer.json();
    await route.fulfill({ json: { ...view, window_closes_at_ms: view.last_inbound_ms - 1 } });
  });
  await page.goto(await seller.replyBoxAddress("Bruno Dias"));
  await page.getByRole("status").filter({ hasText: "24" }).waitFor();
  await field(page).fill("Chegou a mesa");
  await field(page).press("Enter");
  assert.equal(await field(page).inputValue(), "Chegou a mesa", "Enter sends nothing that would not go now");
  await page.getByRole("button", { name: words("send_when_reply") }).click();
  await gone(page);
  const bruno = await seller.chatOf("Bruno Dias");
  const thread = () => host.call("list_messages", { conversation_id: bruno, at: { at: "newest" }, limit: 5, with_events: false });
  await eventually(async () => (await thread()).messages.at(-1).delivery, "waiting_reply", "it waits");
  assert.deepEqual(await simulator.received("Bruno Dias"), []);
  await simulator.write("Bruno Dias", "E aí?");
  await eventually(() => simulator.received("Bruno Dias"), ["Chegou a mesa"], "and goes when they write");
});

flow("at 200 % nothing of the box is out of reach", {}, async (seller) => {
  const { words } = seller;
  await writes(seller, "Bruno Dias", "Oi, tudo bem? Vi a mesa Nogal no anúncio e queria saber do prazo");
  const box = await seller.openReplyBox("Bruno Dias");
  await box.setViewportSize({ width: 202, height: 188 });
  await field(box).fill("Tem sim");
  const wide = await box.evaluate(() =>
    [...document.querySelectorAll("body, body *")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
      .map((e) => `${e.tagName} ${e.className}`),
  );
  assert.deepEqual(wide, [], "nothing scrolls sideways");
  for (const key of ["reply_box_open", "close_dialog", "send", "banner_mark_read", "banner_snooze"]) {
    const button = box.getByRole("button", { name: words(key), exact: true });
    await button.scrollIntoViewIfNeeded();
    const shown = await button.evaluate((e) => {
      const at = e.getBoundingClientRect();
      const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
      return at.left >= 0 && at.right <= innerWidth && e.contains(top);
    });
    assert.ok(shown, `${words(key)} can be pressed`);
  }
});

flow("while the screen is shared, the box names nobody until the person presses Show", {}, async (seller) => {
  const { host, words } = seller;
  await writes(seller, "Bruno Dias", "Meu endereço é Rua das Flores 12");
  await host.call("hide_names", { hide: "for_now" });
  const page = await seller.openPage();
  await page.getByRole("row").first().waitFor();
  await page.goto(await seller.replyBoxAddress("Bruno Dias"));
  await page.getByText(words("reply_box_covered")).waitFor();
  const said = async () => `${await page.title()} ${await page.locator("body").innerText()}`;
  assert.doesNotMatch(await said(), /Bruno|Flores/, "nothing of him is on the screen");
  await page.keyboard.press("Space");
  await page.getByText(words("reply_box_covered")).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Bruno Dias", exact: true }).waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  await page.keyboard.type("Anotado");

  // The screen is shared once more, while he is on it.
  await host.call("hide_names", { hide: "one_hour" });
  await page.getByText(words("reply_box_covered")).waitFor();
  assert.doesNotMatch(await said(), /Bruno|Flores|Anotado/);
  await page.keyboard.press("Escape");
  await page.locator("main").waitFor({ state: "detached" });
  assert.equal(await draftOf(seller, "Bruno Dias"), "Anotado", "what was typed is kept");
});
