// The board: cards of a funnel, moved by the pointer or the keys alone, closed with their reason, their chats beside it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { focused, grab, isIn, LATER, leadOf, middle, namesIn, undo, write } from "../lib/board.mjs";
import { eventually, flow } from "../lib/flow.mjs";

flow("who writes for the first time is a card on top of Intake, and on top again with each message", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.getByRole("heading", { level: 2, name: words("board_empty") }).waitFor();
  await write(seller, "Ana Ruiz", "Bruno Dias");
  await isIn(seller, words("sale_intake"), ["Bruno Dias", "Ana Ruiz"], "who wrote last stands on top");
  await seller.column(words("sale_intake")).getByRole("heading", { level: 2 }).filter({ hasText: "2" }).waitFor();
  const ana = seller.card("Ana Ruiz");
  await ana.filter({ hasText: "Hola, soy Ana Ruiz" }).locator(".pill", { hasText: "1" }).waitFor();
  await simulator.write("Ana Ruiz", "¿Siguen ahí?", LATER);
  await isIn(seller, words("sale_intake"), ["Ana Ruiz", "Bruno Dias"], "a message lifts the card");
  await ana.filter({ hasText: "¿Siguen ahí?" }).locator(".pill", { hasText: "2" }).waitFor();
  assert.equal(await page.getByRole("heading", { level: 2, name: words("board_empty") }).count(), 0, "it is not empty any more");
});

flow("a card is dragged to its place in another stage, taken back, and stays there after a reload", {}, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz");
  await seller.board();
  const [intake, next] = [words("sale_intake"), words("sale_contacted")];
  await isIn(seller, intake, ["Dario Paz", "Carla Mota", "Bruno Dias", "Ana Ruiz"], "the last on top");

  for (const who of ["Ana Ruiz", "Bruno Dias"]) {
    await grab(page, seller.card(who));
    await page.mouse.move(...(await middle(seller.column(next))), { steps: 6 });
    await page.mouse.up();
    await seller.column(next).locator("[data-lead]").filter({ hasText: who }).waitFor();
  }
  await isIn(seller, next, ["Ana Ruiz", "Bruno Dias"], "below what stands there: it was let go there");

  await grab(page, seller.card("Carla Mota"));
  await seller.column(intake).locator(".hole").waitFor();
  const first = await seller.card("Ana Ruiz").boundingBox();
  await page.mouse.move(first.x + first.width / 2, first.y + first.height - 4, { steps: 6 });
  await seller.column(next).locator(".bar").waitFor();
  await page.mouse.up();
  await isIn(seller, next, ["Ana Ruiz", "Carla Mota", "Bruno Dias"], "between the two where the line was");
  await undo(seller, words("board_did_move", { name: "Carla Mota", stage: next }));
  await isIn(seller, intake, ["Dario Paz", "Carla Mota"], "taken back to its place");
  await isIn(seller, next, ["Ana Ruiz", "Bruno Dias"], "and away from there");

  await grab(page, seller.card("Dario Paz"));
  await page.mouse.move(...(await middle(seller.card("Ana Ruiz"))), { steps: 6 });
  await page.keyboard.press("Escape");
  await seller.column(intake).locator(".hole").waitFor({ state: "detached" });
  await page.mouse.up();
  await isIn(seller, intake, ["Dario Paz", "Carla Mota"], "Esc lets it go where it was");
  assert.equal(await seller.composer.count(), 0, "and what was dragged is not opened");

  await page.reload();
  await seller.board();
  await isIn(seller, next, ["Ana Ruiz", "Bruno Dias"], "kept");
  await seller.card("Ana Ruiz").locator(".status").waitFor({ state: "detached" });
  const { statuses } = await seller.host.call("get_sale");
  const lead = await leadOf(seller, "Ana Ruiz");
  assert.equal(statuses.find((s) => s.id === lead.state.status_id).code, "contacted", "its stage set the lead's status");
});

flow("a card says the score of its lead, to the eye and to a screen reader", {}, async (seller) => {
  const { page, words, host } = seller;
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await write(seller, "Ana Ruiz", "Bruno Dias");
  const { intake } = await host.call("get_sale");
  const cards = await host.call("list_cards", { stage_id: intake.id, order: "lifted", offset: 0, limit: 9 });
  const { lead } = cards.find(({ name }) => name === "Ana Ruiz");
  await host.call("change_leads", { lead_ids: [lead.id], patch: { score: 83 } });
  const score = seller.card("Ana Ruiz").locator("[data-band=hot]").filter({ hasText: "83" });
  await score.waitFor();
  assert.equal(await score.getAttribute("data-tip"), `${words("lead_score")}: 83 · ${words("score_hot")}`);
  const spoken = words("board_label_score", { score: 83, band: words("score_hot") });
  await seller.card("Ana Ruiz").locator(".sr-only").filter({ hasText: spoken }).waitFor();
  assert.equal(await seller.card("Bruno Dias").locator("[data-band]").count(), 0, "who has none shows none");
});

flow("the board works without a mouse: walk, move, mark, give up, take back", {}, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  const [intake, fresh, next] = [words("sale_intake"), words("sale_new"), words("sale_contacted")];
  const at = async (who) => `card-${(await leadOf(seller, who)).id}`;
  await eventually(() => focused(page), await at("Carla Mota"), "the first card has the keys");
  await page.keyboard.press("ArrowDown");
  await eventually(() => focused(page), await at("Bruno Dias"), "down");
  await page.keyboard.press("End");
  await eventually(() => focused(page), await at("Ana Ruiz"), "to the end");

  await page.keyboard.press("m");
  const heard = page.locator(".page > [role=status]");
  await heard.filter({ hasText: words("board_lifted", { name: "Ana Ruiz" }) }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await heard.filter({ hasText: words("board_would_land", { stage: next, place: 1, places: 1 }) }).waitFor();
  await page.keyboard.press("Enter");
  await isIn(seller, next, ["Ana Ruiz"], "put where the keys led");
  await eventually(() => focused(page), await at("Ana Ruiz"), "the keys stay with the card");

  await page.keyboard.press("2");
  await seller.card("Ana Ruiz").locator(".marker", { hasText: "🔥" }).waitFor();
  await page.keyboard.press("Control+z");
  await seller.card("Ana Ruiz").locator(".marker").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await isIn(seller, intake, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "and the move is walked back too");

  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowRight");
  await seller.column(fresh).locator(".none.over").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".flying").waitFor({ state: "detached" });
  await isIn(seller, intake, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "given up: nothing moved");

  await page.keyboard.press("Shift+F10");
  const menu = page.getByRole("menu");
  await menu.getByRole("menuitem", { name: words("board_move_to") }).press("ArrowRight");
  await page.getByRole("menuitemcheckbox", { name: words("sale_qualified") }).press("Enter");
  await seller.column(words("sale_qualified")).locator("[data-lead]").waitFor();
  await seller.palette(words("lead_action_won"));
  await seller.column(words("sale_qualified")).locator("[data-lead]").waitFor({ state: "detached" });
});

flow("a lead is lost with its reason, taken back to its place, won, and counted", {}, async (seller) => {
  const { page, host, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await seller.board();
  const intake = words("sale_intake");
  const all = ["Carla Mota", "Bruno Dias", "Ana Ruiz"];
  await isIn(seller, intake, all, "three came");
  const rail = page.getByRole("group", { name: words("board_outcomes") });
  const onto = async (who, outcome) => {
    await grab(page, seller.card(who));
    const target = rail.locator(`[data-outcome=${outcome}]`);
    await page.mouse.move(...(await middle(target)), { steps: 6 });
    await page.mouse.up();
  };
  const why = page.getByRole("dialog", { name: words("board_lost_title", { name: "Bruno Dias" }) });

  await onto("Bruno Dias", "lost");
  await why.waitFor();
  assert.equal(await why.getByRole("button", { name: words("board_lost_without") }).count(), 0, "a reason has to be given");
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "detached" });
  await isIn(seller, intake, all, "Esc: it is not lost");

  await page.keyboard.press("2");
  await seller.toast.waitFor();
  await onto("Bruno Dias", "lost");
  await why.waitFor();
  const place = page.locator("[data-toasts]");
  assert.equal(await place.evaluate((one) => getComputedStyle(one).opacity), "0", "no toast stands over the reasons");
  await why.getByRole("button", { name: words("sale_price"), exact: true }).click();
  await isIn(seller, intake, ["Carla Mota", "Ana Ruiz"], "gone at once");
  await seller.toast.filter({ hasText: words("board_did_lost", { name: "Bruno Dias" }) }).waitFor();
  const lost = await leadOf(seller, "Bruno Dias");
  const { reasons } = await host.call("get_sale");
  assert.equal(reasons.find((r) => r.id === lost.state.closed?.reason_id)?.code, "price", "lost, and why");
  await undo(seller, words("board_did_lost", { name: "Bruno Dias" }));
  await isIn(seller, intake, all, "back at its place, and open");

  await onto("Carla Mota", "won");
  await isIn(seller, intake, ["Bruno Dias", "Ana Ruiz"], "won");
  await grab(page, seller.card("Ana Ruiz"));
  await rail.locator("[data-outcome=won]").filter({ hasText: words("board_in_30_days", { count: 1 }) }).waitFor();
  await rail.locator("[data-outcome=lost]").filter({ hasText: words("board_in_30_days", { count: 0 }) }).waitFor();
  await page.keyboard.press("Escape");
  await page.mouse.up();

  const { settings } = await host.call("get_sale");
  await host.call("save_sale_settings", { settings: { ...settings, lost_needs_reason: false } });
  await seller.card("Bruno Dias").click({ button: "right" });
  await page.getByRole("menuitem", { name: words("board_outcome_lost"), exact: true }).click();
  await why.getByRole("button", { name: words("board_lost_without") }).click();
  await isIn(seller, intake, ["Ana Ruiz"], "without a reason, where the workspace allows it");
});

flow("a card's chat opens beside the board, is answered there, and Esc returns the focus and the scroll", {}, async (seller) => {
  const { page, simulator, words } = seller;
  const people = Array.from({ length: 14 }, (_, i) => `Cliente ${"abcdefghijklmn"[i]}`);
  await write(seller, ...people);
  await seller.board();
  const cards = seller.column(words("sale_intake")).getByRole("grid");
  await seller.card("Cliente n").waitFor();
  await cards.evaluate((grid) => (grid.scrollTop = 333));
  await seller.card("Cliente h").click();
  const beside = page.getByRole("complementary", { name: words("board_chat_of", { name: "Cliente h" }) });
  await beside.getByRole("heading", { level: 2, name: "Cliente h" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));
  assert.ok(await seller.card("Cliente h").isVisible(), "the board stands beside it");
  await page.keyboard.type("¡Hola! Sí");
  await page.keyboard.press("Enter");
  await seller.bubble("¡Hola! Sí").waitFor();
  await eventually(() => simulator.received("Cliente h"), ["¡Hola! Sí"], "it arrived");
  await seller.card("Cliente h").filter({ hasText: "¡Hola! Sí" }).waitFor();
  await page.keyboard.press("Escape");
  await beside.waitFor({ state: "detached" });
  assert.equal(await cards.evaluate((grid) => grid.scrollTop), 333, "the scroll is where it was");
  assert.equal(await focused(page), `card-${(await leadOf(seller, "Cliente h")).id}`, "the card has the keys again");

  await page.keyboard.press("Enter");
  await beside.waitFor();
  await seller.button("board_open_inbox").click();
  await seller.row("Cliente h").waitFor();
  await page.getByRole("heading", { level: 2, name: "Cliente h", exact: true }).waitFor();
  await seller.bubble("¡Hola! Sí").waitFor();
});

flow("a card that changed meanwhile stays as it is after Ctrl+Z, and who changed it stays to be read", {}, async (seller) => {
  const { page, host, words } = seller;
  await write(seller, "Ana Ruiz");
  await seller.board();
  const card = seller.card("Ana Ruiz");
  const { id } = await leadOf(seller, "Ana Ruiz");
  await eventually(() => focused(page), `card-${id}`, "the card has the keys");
  await page.keyboard.press("2");
  await card.locator(".marker", { hasText: "🔥" }).waitFor();
  await host.call("change_leads", { lead_ids: [id], patch: { marker: "important" } });
  await card.locator(".marker", { hasText: "⭐" }).waitFor();
  await page.keyboard.press("Control+z");
  const why = words("board_undo_changed", { name: "Ana Ruiz", who: words("board_who_you") });
  await seller.toast.filter({ hasText: why }).waitFor();
  assert.equal((await leadOf(seller, "Ana Ruiz")).state.marker, "important");
});

flow("Intake stands first in every funnel, and a card that leaves it in one has left it in all", {}, async (seller) => {
  const { page, host, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias");
  const [funnel_id, stage_id] = [crypto.randomUUID(), crypto.randomUUID()];
  await host.call("save_funnel", {
    funnel: { id: funnel_id, name: "Repairs", color: "#0e7f8f", is_main: false, position: "zV" },
    stages: [{ id: stage_id, funnel_id, name: "Workshop", color: "#7a4fd0", position: "V" }],
    gone: [],
  });
  await seller.board();
  const intake = words("sale_intake");
  await seller.column(intake).getByText(words("board_in_funnels", { count: 2 })).waitFor();
  await page.getByRole("button", { name: `${words("board_funnel")}: ${words("sale_sales")}` }).click();
  await page.getByRole("menuitemcheckbox", { name: "Repairs" }).click();
  await seller.column("Workshop").waitFor();
  await isIn(seller, intake, ["Bruno Dias", "Ana Ruiz"], "the same leads");
  await grab(page, seller.card("Bruno Dias"));
  await page.mouse.move(...(await middle(seller.column("Workshop"))), { steps: 6 });
  await page.mouse.up();
  await isIn(seller, "Workshop", ["Bruno Dias"], "moved");
  await seller.toast.filter({ hasText: words("board_did_move", { name: "Bruno Dias", stage: "Workshop" }) }).waitFor();

  await page.reload();
  await seller.board();
  await seller.column("Workshop").waitFor();
  await page.getByRole("button", { name: `${words("board_funnel")}: Repairs` }).click();
  await page.getByRole("menuitemcheckbox", { name: words("sale_sales") }).click();
  await isIn(seller, intake, ["Ana Ruiz"], "gone from Intake here too");
});

flow("cards stand as replies lift them, or in one's own order, which no reply changes", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await seller.board();
  const intake = words("sale_intake");
  await page.getByText(words("board_order_manual"), { exact: true }).click();
  await isIn(seller, intake, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "as they came");
  await page.getByRole("grid").first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await isIn(seller, intake, ["Carla Mota", "Ana Ruiz", "Bruno Dias"], "one up");
  await simulator.write("Bruno Dias", "¿Hola?", LATER);
  await seller.card("Bruno Dias").filter({ hasText: "¿Hola?" }).waitFor();
  await isIn(seller, intake, ["Carla Mota", "Ana Ruiz", "Bruno Dias"], "a reply changes nothing in one's own order");
  await page.reload();
  await seller.board();
  await isIn(seller, intake, ["Carla Mota", "Ana Ruiz", "Bruno Dias"], "the order is remembered");
  await page.getByText(words("board_order_lifted"), { exact: true }).click();
  await isIn(seller, intake, ["Bruno Dias", "Carla Mota", "Ana Ruiz"], "and lifts it in the other");
});

// 1024 × 900 at 200 %.
flow("the board can be worked in a window of 512 px", { viewport: { width: 512, height: 450 } }, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias");
  await seller.board();
  await seller.card("Bruno Dias").click();
  await seller.composer.waitFor();
  const beside = page.getByRole("complementary", { name: words("board_chat_of", { name: "Bruno Dias" }) });
  await beside.getByRole("button", { name: words("close_panel") }).click();
  await beside.waitFor({ state: "detached" });
  await page.getByRole("grid").first().focus();
  await page.keyboard.press("m");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await isIn(seller, words("sale_qualified"), ["Bruno Dias"], "far to the right");
  assert.ok(await seller.card("Bruno Dias").isVisible());
  const box = await seller.column(words("sale_qualified")).boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 512 + 1, "the column that it went to is in view");
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), "the page itself scrolls nowhere");
});

const bar = (seller) => seller.page.getByRole("toolbar", { name: seller.words("leads_bulk_label") });
const picked = (seller, count) =>
  bar(seller).getByText(seller.words("leads_picked_count", { count, shown: count }), { exact: true }).waitFor();
const countOf = async (seller, name) => (await seller.column(name).getByRole("heading", { level: 2 }).innerText()).replace(/\D/g, "");

flow("several cards are picked, moved and marked by keys alone, and come back with one undo each", {}, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz");
  await seller.inboxIsThere();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  const [intake, next] = [words("sale_intake"), words("sale_contacted")];
  const all = ["Dario Paz", "Carla Mota", "Bruno Dias", "Ana Ruiz"];
  await isIn(seller, intake, all, "four came");
  await eventually(() => focused(page), `card-${(await leadOf(seller, "Dario Paz")).id}`, "the first has the keys");
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await picked(seller, 2);
  await page.keyboard.press("m");
  await page.locator(".flying .many", { hasText: "2" }).waitFor();
  const heard = page.locator(".page > [role=status]");
  await heard.filter({ hasText: words("board_lifted", { name: words("board_leads", { count: 2, shown: "2" }) }) }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await isIn(seller, intake, ["Carla Mota", "Ana Ruiz"], "both have left");
  await eventually(async () => (await namesIn(seller, next)).sort(), ["Bruno Dias", "Dario Paz"], "and stand in the other");
  assert.deepEqual([await countOf(seller, intake), await countOf(seller, next)], ["2", "2"], "the counts are exact");
  await seller.toast.filter({ hasText: words("leads_bulk_done", { count: 2, shown: "2" }) }).waitFor();
  await picked(seller, 2);
  await page.keyboard.press("Control+z");
  await isIn(seller, intake, all, "one undo brings both back to their places");
  await eventually(() => countOf(seller, next), "0", "and nothing stays there");

  await page.keyboard.press("Control+a");
  await picked(seller, 4);
  // Once more lets go of none: all four are marked below.
  await page.keyboard.press("Control+a");
  await page.keyboard.press("2");
  await eventually(() => page.locator("[data-lead] .marker").count(), 4, "all are marked");
  await page.keyboard.press("Control+z");
  await eventually(() => page.locator("[data-lead] .marker").count(), 0, "and taken back as one");
  await page.keyboard.press("Escape");
  await bar(seller).waitFor({ state: "detached" });
  await page.keyboard.press("Shift+ArrowDown");
  await picked(seller, 2);
});

flow("several cards are picked by the mouse, and dragging one of them moves all", {}, async (seller) => {
  const { page, host, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota", "Dario Paz", "Elena Gil");
  await seller.board();
  const [intake, next] = [words("sale_intake"), words("sale_contacted")];
  const all = ["Elena Gil", "Dario Paz", "Carla Mota", "Bruno Dias", "Ana Ruiz"];
  await isIn(seller, intake, all, "five came");
  await seller.card("Dario Paz").click({ modifiers: ["ControlOrMeta"] });
  await picked(seller, 1);
  await seller.card("Bruno Dias").click({ modifiers: ["Shift"] });
  await picked(seller, 3);
  await seller.card("Carla Mota").click({ modifiers: ["ControlOrMeta"] });
  await picked(seller, 2);
  assert.equal(await seller.composer.count(), 0, "nothing was opened by it");
  assert.deepEqual(
    await page.locator("[data-lead][aria-selected=true] .name").allInnerTexts(),
    ["Dario Paz", "Bruno Dias"],
    "these two say that they are selected",
  );
  await grab(page, seller.card("Bruno Dias"));
  await page.locator(".flying .many", { hasText: "2" }).waitFor();
  await eventually(() => seller.column(intake).locator(".hole").count(), 2, "both leave their places empty");
  await page.mouse.move(...(await middle(seller.column(next))), { steps: 6 });
  await page.mouse.up();
  await isIn(seller, intake, ["Elena Gil", "Carla Mota", "Ana Ruiz"], "both went");
  await undo(seller, words("leads_bulk_done", { count: 2, shown: "2" }));
  await isIn(seller, intake, all, "and come back to their places");

  await bar(seller).getByRole("button", { name: words("board_outcome_archived"), exact: true }).click();
  await isIn(seller, intake, ["Elena Gil", "Carla Mota", "Ana Ruiz"], "archived");
  await bar(seller).waitFor({ state: "detached" });
  await undo(seller, words("leads_bulk_done", { count: 2, shown: "2" }));
  await isIn(seller, intake, all, "open again");

  // One that is not picked goes alone.
  await seller.card("Elena Gil").click({ modifiers: ["ControlOrMeta"] });
  await seller.card("Dario Paz").click({ modifiers: ["ControlOrMeta"] });
  await grab(page, seller.card("Ana Ruiz"));
  await page.mouse.move(...(await middle(seller.column(next))), { steps: 6 });
  await page.mouse.up();
  await isIn(seller, next, ["Ana Ruiz"], "alone");
  // On Lost one asks for all of them why.
  await grab(page, seller.card("Elena Gil"));
  await page.mouse.move(...(await middle(page.locator("[data-outcome=lost]"))), { steps: 6 });
  await page.mouse.up();
  const dialog = page.getByRole("dialog", { name: words("ask_status", { who: words("board_leads", { count: 2, shown: 2 }) }) });
  await dialog.getByLabel(words("lead_lost_reason"), { exact: true }).click();
  await page.getByRole("option", { name: words("sale_price") }).click();
  await dialog.getByRole("button", { name: words("ask_status", { who: words("board_leads", { count: 2, shown: 2 }) }), exact: true }).click();
  await isIn(seller, intake, ["Carla Mota", "Bruno Dias"], "both are lost");
  const { reasons } = await host.call("get_sale");
  const price = reasons.find((one) => one.code === "price").id;
  assert.deepEqual(
    await Promise.all(["Elena Gil", "Dario Paz"].map(async (who) => (await leadOf(seller, who)).state.closed?.reason_id)),
    [price, price],
    "with its reason",
  );
});

flow("a card that is put on top of its own column stays there", {}, async (seller) => {
  const { page, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await seller.board();
  const intake = words("sale_intake");
  await isIn(seller, intake, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "three came");
  await page.getByRole("grid").first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("m");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  const up = ["Ana Ruiz", "Carla Mota", "Bruno Dias"];
  await seller.toast.filter({ hasText: words("board_did_place", { name: "Ana Ruiz", stage: intake }) }).waitFor();
  await isIn(seller, intake, up, "on top");
  await page.reload();
  await seller.board();
  await isIn(seller, intake, up, "and there after a reload");
});

flow("the menu of a picked card is about all that are picked, that of another about itself alone", {}, async (seller) => {
  const { page, host, words } = seller;
  await write(seller, "Ana Ruiz", "Bruno Dias", "Carla Mota");
  await seller.board();
  const intake = words("sale_intake");
  await isIn(seller, intake, ["Carla Mota", "Bruno Dias", "Ana Ruiz"], "three came");
  const markers = () => Promise.all(["Ana Ruiz", "Bruno Dias", "Carla Mota"].map(async (who) => (await leadOf(seller, who)).state.marker));
  const mark = async (name) => {
    await page.getByRole("menuitem", { name: words("board_marker"), exact: true }).press("ArrowRight");
    const entry = page.getByRole("menuitem", { name }).or(page.getByRole("menuitemcheckbox", { name }));
    await entry.last().click();
  };
  for (const who of ["Ana Ruiz", "Bruno Dias"]) await seller.card(who).click({ modifiers: ["ControlOrMeta"] });
  await picked(seller, 2);

  await seller.card("Bruno Dias").click({ button: "right" });
  const two = words("board_leads", { count: 2, shown: 2 });
  const menu = page.getByRole("menu", { name: words("board_card_menu", { name: two }), exact: true });
  await menu.getByText(two, { exact: true }).waitFor();
  assert.equal(await menu.getByRole("menuitem", { name: words("board_open_chat") }).count(), 0, "a chat is opened of one only");
  await mark(words("marker_name_urgent"));
  await eventually(markers, ["urgent", "urgent", "none"], "both are marked");
  await picked(seller, 2);
  await page.keyboard.press("Control+z");
  await eventually(markers, ["none", "none", "none"], "and both come back with one undo");

  // The same by the key of the menu.
  await seller.card("Bruno Dias").click({ modifiers: ["ControlOrMeta"] });
  await seller.card("Bruno Dias").click({ modifiers: ["ControlOrMeta"] });
  await picked(seller, 2);
  await page.keyboard.press("Shift+F10");
  await menu.waitFor();
  await page.keyboard.press("Escape");

  await seller.card("Carla Mota").click({ button: "right" });
  await page.getByRole("menu", { name: words("board_card_menu", { name: "Carla Mota" }), exact: true }).waitFor();
  await mark(words("marker_name_stuck"));
  await eventually(markers, ["none", "none", "stuck"], "she alone");
  await picked(seller, 2);
  await seller.card("Carla Mota").click({ button: "right" });
  await page.getByRole("menuitem", { name: words("board_move_by_keys") }).click();
  await page.locator(".flying .name", { hasText: "Carla Mota" }).waitFor();
  assert.equal(await page.locator(".flying .many").count(), 0, "and alone she is in the hand");
  await page.keyboard.press("Escape");
});

flow("an outcome says its word while a card is held over it, and a card always says when its follow-up is due", {}, async (seller) => {
  const { page, host, words } = seller;
  await write(seller, "Ana Ruiz");
  const lead = await leadOf(seller, "Ana Ruiz");
  await seller.board();
  await isIn(seller, words("sale_intake"), ["Ana Ruiz"], "she is there");
  await grab(page, seller.card("Ana Ruiz"));
  const lost = page.locator("[data-outcome=lost]");
  await page.mouse.move(...(await middle(lost)), { steps: 6 });
  await page.locator(".flying.over").waitFor();
  const apart = async () => {
    const [card, word] = await Promise.all([page.locator(".flying .card").boundingBox(), lost.locator("b").boundingBox()]);
    return card.y + card.height <= word.y;
  };
  await eventually(apart, true, "the card waits above the word");
  await page.keyboard.press("Escape");
  await page.mouse.up();

  await host.call("change_leads", { lead_ids: [lead.id], patch: { score: 80 } });
  const due_at_ms = Date.now() + 26 * 3_600_000;
  const ask = { follow_up_id: randomUUID(), lead_id: lead.id, kind: "task", due_at_ms, note: "Llamar", cancel_if_reply: false };
  await host.call("save_follow_up", ask);
  const due = seller.card("Ana Ruiz").locator(".due");
  await due.waitFor();
  for (const width of [1440, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    const cut = due.evaluate((at) => {
      const [box, room] = [at.getBoundingClientRect(), at.closest(".foot").getBoundingClientRect()];
      const words = at.querySelector(".ellipsis");
      return words.scrollWidth > words.clientWidth || box.left < room.left || box.right > room.right + 0.5;
    });
    assert.equal(await cut, false, `whole at ${width} px`);
  }
});
