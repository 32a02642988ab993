// The list of notifications: what happened beside messages, found, opened, read and taken back.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const HOUR_MS = 3_600_000;
const counts = (seller) => seller.host.call("get_notice_counts");
/** A message of ours that the customer's channel refuses. */
async function fails(seller, who, text) {
  await seller.simulator.faults({ fail_next: 1, fail_code: "PROVIDER_403" });
  await seller.openChat(who);
  await seller.send(text);
  await seller.bubble(text).waitFor();
  await retry(seller).waitFor();
}
const retry = (seller) => seller.page.locator(".under .buttons").getByRole("button", { name: seller.words("retry"), exact: true });
/** The focus is at what can be done about the message, and on none of it. */
const atFailed = (seller) =>
  eventually(
    () => seller.page.evaluate(() => [document.activeElement.getAttribute("role"), document.activeElement.className.split(" ")[0]]),
    ["group", "buttons"],
    "the failed message has the focus",
  );
const bell = (seller) =>
  seller.page
    .getByRole("navigation", { name: seller.words("rail_label") })
    .getByRole("button", { name: new RegExp(`^${seller.words("alerts_title")}`) });
const grid = (seller) => seller.page.getByRole("grid", { name: seller.words("alerts_title") });

flow("what failed is found under the bell, opened at its message, mended, and asks for nobody any more", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Maria Silva", "Tem bolo?");
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await page.getByText(words("notices_none_text")).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText(words("notices_none_text")).waitFor({ state: "detached" });

  await fails(seller, "Maria Silva", "Tem sim");
  await seller.openChat("Bruno Dias");
  await page.getByRole("button", { name: words("rail_with_unread", { section: words("alerts_title"), count: 1 }), exact: true }).click();
  const row = grid(seller).getByRole("row").filter({ hasText: "Maria Silva" });
  await row.filter({ hasText: words("failed_because", { reason: words("error_rejected") }) }).waitFor();
  await row.filter({ hasText: "Tem sim" }).waitFor();
  await row.click();
  await page.getByRole("heading", { level: 2, name: "Maria Silva", exact: true }).waitFor();
  await eventually(async () => (await counts(seller)).unread, 0, "who opens it has seen it");
  await page.getByRole("button", { name: words("alerts_title"), exact: true }).first().waitFor();
  await atFailed(seller);
  // By a key that is held down, it opens and nothing is pressed; and another letter is no draft to her.
  await bell(seller).click();
  await seller.openChat("Bruno Dias");
  await bell(seller).click();
  await row.waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.down("Enter");
  await atFailed(seller);
  await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await page.keyboard.press("x");
  assert.equal(await seller.composer.inputValue(), "", "what is pressed in the bell's list is no draft");
  await page.keyboard.press("Tab");
  assert.equal(await retry(seller).evaluate((e) => e === document.activeElement), true, "one step to what can be done");

  await retry(seller).click();
  await row.filter({ hasText: words("notice_solved") }).waitFor();
  // The bell again gives the list of chats back.
  await bell(seller).click();
  await seller.row("Bruno Dias").waitFor();
});

flow("the list goes by keys, filters and marks, and takes a mark of all back", {}, async (seller) => {
  const { page, simulator, words } = seller;
  for (const who of ["Maria Silva", "Bruno Dias", "Ana Reyes"]) {
    await simulator.write(who, "Oi");
    await fails(seller, who, `Para ${who}`);
  }
  await seller.palette(words("action_go_notices"));
  await grid(seller).getByRole("row").nth(2).waitFor();
  assert.equal(await grid(seller).evaluate((e) => e === document.activeElement), true, "the arrows work at once");
  const unreadTab = page.getByRole("tab", { name: words("tab_unread") }).filter({ visible: true });
  const unread = (count) => eventually(async () => [(await counts(seller)).unread, await unreadTab.textContent()], [count, `${words("tab_unread")}${count}`], `${count} unread, here and on screen`);
  await unread(3);

  // Newest first: Ana, Bruno, Maria.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("u");
  await unread(2);
  await page.keyboard.press("u");
  await unread(3);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Bruno Dias", exact: true }).waitFor();
  await unread(2);

  await unreadTab.click();
  await eventually(() => grid(seller).getByRole("row").count(), 2, "Bruno's is read");
  await page.getByRole("button", { name: `${words("notices_kind")}: ${words("notices_of_all")}` }).click();
  await page.getByRole("menu").getByText(words("notices_of_lines")).click();
  await page.getByText(words("notices_none_unread")).or(page.getByText(words("notices_none_kind"))).waitFor();
  await page.getByRole("button", { name: `${words("notices_kind")}: ${words("notices_of_lines")}` }).click();
  await page.getByRole("menu").getByText(words("notices_of_all")).click();
  await grid(seller).getByRole("row").nth(1).waitFor();

  await page.getByRole("button", { name: words("notices_read_all"), exact: true }).click();
  await unread(0);
  await seller.toast.filter({ hasText: words("notices_did_read", { count: 2 }) }).getByRole("button", { name: words("undo") }).click();
  await unread(2);
  await seller.tab("tab_all").filter({ visible: true }).click();
  const row = grid(seller).getByRole("row").filter({ hasText: "Maria Silva" });
  await row.hover();
  await row.getByRole("button", { name: words("mark_read") }).click();
  await unread(1);
  await seller.palette(words("action_read_notices"));
  await unread(0);
});

flow("a line that is lost leads to its own page, and what was erased is gone from the list", {}, async (seller) => {
  const { page, host, simulator, words } = seller;
  await simulator.write("Maria Silva", "Tem bolo?");
  await fails(seller, "Maria Silva", "Um segredo");
  await simulator.faults({ revoked: true });
  await bell(seller).click();
  const lost = grid(seller).getByRole("row").filter({ hasText: "Shop" }).filter({ hasText: words("notice_line_down", { reason: words("error_line_unauthorized") }) });
  await lost.click();
  await page.getByText(words("lines_advice_token")).waitFor();
  await eventually(async () => (await counts(seller)).unread, 1, "the line's is read, the message's is not");

  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await bell(seller).click();
  await grid(seller).getByRole("row").filter({ hasText: "Um segredo" }).waitFor();
  const [line] = await host.call("list_lines");
  await host.call("remove_line", { line_id: line.id, erase: true });
  await page.getByText(words("notices_none_text")).waitFor();
  assert.deepEqual(await counts(seller), { all: 0, unread: 0 });
});

flow("a chat whose time to reply ends is told once in a tone of its own, found under the bell, and solved by the answer", { window_ms: HOUR_MS + 5_000 }, async (seller) => {
  const { page, host, simulator, words } = seller;
  await simulator.write("Maria Silva", "Tem bolo?");
  await seller.row("Maria Silva").waitFor();
  const told = async () =>
    (await host.call("list_alert_log", { conversation_id: null, before: null }))
      .filter(({ entry }) => entry.event === "window_closing" && entry.badge)
      .map(({ entry }) => [entry.banner.why, entry.sound.why, entry.badge.why]);
  await eventually(told, [["focused", "done", "not_counted"]], "the window in front shows it; it is heard softly");
  await bell(seller).click();
  const row = grid(seller).getByRole("row").filter({ hasText: "Maria Silva" });
  await row.filter({ hasText: words("notice_window_closes", { time: "" }).trim() }).waitFor();
  await page.getByRole("button", { name: `${words("notices_kind")}: ${words("notices_of_all")}` }).click();
  await page.getByRole("menu").getByText(words("notices_of_windows")).click();
  await row.click();
  await page.getByRole("heading", { level: 2, name: "Maria Silva", exact: true }).waitFor();
  await seller.send("Tem sim");
  await row.filter({ hasText: words("notice_solved") }).waitFor();
  assert.deepEqual(await simulator.received("Maria Silva"), ["Tem sim"]);
  assert.equal((await told()).length, 1, "told once");

  // In the matrix it is switched like every event.
  await seller.settings(words("alerts_title"));
  const event = words("alert_event_window_closing");
  await page.getByRole("checkbox", { name: words("alerts_switch_of", { event, way: words("alerts_banner") }) }).uncheck();
  await eventually(async () => (await host.call("get_alert_settings")).events.window_closing.banner, false, "kept at once");
  assert.equal(await page.getByRole("checkbox", { name: words("alerts_switch_of", { event, way: words("alerts_badge") }) }).count(), 0);
});

flow("a change that was not applied is told once, found under the bell, opens the list of them, and is solved there", { settings: { undo_send_s: 30 } }, async (seller) => {
  const { page, host, simulator, words } = seller;
  await simulator.write("Maria Silva", "Tem bolo?");
  await seller.openChat("Maria Silva");
  await seller.send("Um bolo para Maria");
  await eventually(async () => (await host.call("list_outbox")).length, 1, "it is held");
  // Held back still, when its line goes with its history: nobody can send it.
  const [line] = await host.call("list_lines");
  await host.call("remove_line", { line_id: line.id, erase: true });
  await bell(seller).click();
  const row = grid(seller).getByRole("row").filter({ hasText: "Um bolo para Maria" });
  await row.click();
  const list = page.getByRole("dialog", { name: words("review_title") });
  await list.getByText("Um bolo para Maria").waitFor();
  const log = await host.call("list_alert_log", { conversation_id: null, before: null });
  assert.equal(log.filter(({ entry }) => entry.event === "review_item" && entry.badge).length, 1, "told once");
  await list.getByRole("button", { name: words("review_ok"), exact: true }).click();
  await page.keyboard.press("Escape");
  await grid(seller).getByRole("row").filter({ hasText: words("notice_solved") }).waitFor();
  await eventually(async () => (await counts(seller)).unread, 0, "it asks for nobody any more");
});
