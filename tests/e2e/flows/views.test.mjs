// Lists of the inbox under a name, dates in the filter, and the one line that a list shows.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";
import { TelegramFake } from "../lib/telegram.mjs";

const rowNames = async (seller) => (await seller.page.getByRole("row").locator(".name").allInnerTexts()).sort();
const viewNames = async (seller) => (await seller.host.call("list_saved_views")).map((view) => [view.name, view.digit]);
const leave = (seller, name) => seller.button("view_leave", { name });

async function scopes(seller) {
  await seller.page.getByRole("button", { name: new RegExp(`^${seller.words("scope")}: `) }).click();
  return seller.page.getByRole("menu", { name: seller.words("scope") });
}
/** "Save as view…", typed and kept. */
async function saveAs(seller, name) {
  const { page, words } = seller;
  const dialog = page.getByRole("dialog", { name: words("view_save") });
  await dialog.getByRole("textbox", { name: words("view_name"), exact: true }).fill(name);
  await page.keyboard.press("Enter");
}

flow("a list is kept as a view, opened by its key, changed, renamed, reordered and deleted", {}, async (seller) => {
  const { page, words, simulator } = seller;
  for (const who of ["Ana Uno", "Beto Dos", "Caro Tres"]) await simulator.write(who, "Hola");
  await seller.row("Caro Tres").waitFor();
  let menu = await scopes(seller);
  assert.equal(await menu.getByText(words("view_edit_entry")).count(), 0, "who has none sees nothing of it");
  assert.equal(await menu.getByText(words("view_save_as")).count(), 0);
  await page.keyboard.press("Escape");

  await seller.openChat("Ana Uno");
  await seller.send("Buenas");
  await seller.button("filter").click();
  const waiting = page.getByRole("radiogroup", { name: words("filter_waiting") });
  await waiting.getByText(words("filter_on_us"), { exact: true }).click();
  await page.keyboard.press("Escape");
  await eventually(() => rowNames(seller), ["Beto Dos", "Caro Tres"], "who waits for us");
  await seller.button("view_save_short").click();
  await saveAs(seller, "Por responder");
  await leave(seller, "Por responder").waitFor();
  assert.match(await page.locator(".chips .view").innerText(), /Por responder\s*2/, "its exact count");
  const saveChanges = seller.button("view_save_changes_short");
  assert.equal(await saveChanges.count(), 0, "nothing differs");

  // The same name a second time is said where it is typed.
  await seller.palette(words("view_save_as"));
  await saveAs(seller, "por RESPONDER");
  await page.getByText(words("error_name_taken", { name: "Por responder" })).waitFor();
  await saveAs(seller, "Segunda");
  await leave(seller, "Segunda").waitFor();
  assert.deepEqual(await viewNames(seller), [["Por responder", null], ["Segunda", null]]);

  // A key, from another screen; what was shown is shown again after a reload.
  menu = await scopes(seller);
  await menu.getByText(words("view_edit_entry")).click();
  const edit = page.getByRole("dialog", { name: words("view_edit") });
  await edit.getByLabel(words("view_key_of", { name: "Por responder" })).click();
  await page.getByRole("option", { name: "Ctrl+1" }).click();
  await eventually(() => viewNames(seller), [["Por responder", 1], ["Segunda", null]], "pinned");
  const name = edit.getByRole("textbox", { name: words("view_name_of", { name: "Segunda" }) });
  await name.fill("Todas");
  await name.press("Enter");
  await eventually(() => viewNames(seller), [["Por responder", 1], ["Todas", null]], "renamed");
  await edit.getByRole("button", { name: words("sale_move", { name: "Todas" }) }).press("ArrowUp");
  await eventually(() => viewNames(seller), [["Todas", null], ["Por responder", 1]], "moved");
  await edit.getByRole("button", { name: words("done"), exact: true }).click();
  await leave(seller, "Todas").click();
  await eventually(() => rowNames(seller), ["Ana Uno", "Beto Dos", "Caro Tres"], "a list without a name");
  await seller.leads();
  await page.keyboard.press("Control+1");
  await leave(seller, "Por responder").waitFor();
  await eventually(() => rowNames(seller), ["Beto Dos", "Caro Tres"], "by its key");
  const kept = async () => JSON.parse(await seller.host.call("get_ui_state", { key: "window" }))["saved-view"] !== null;
  await eventually(kept, true, "it is kept a moment after it was chosen");
  await page.reload();
  await leave(seller, "Por responder").waitFor();

  // A change of the list stays in the view, and is kept only when it is said.
  await seller.tab("tab_unread").click();
  await saveChanges.click();
  await seller.toast.filter({ hasText: words("view_did_change", { name: "Por responder" }) }).waitFor();
  const tab = async () => (await seller.host.call("list_saved_views"))[1].shows.tab;
  assert.equal(await tab(), "unread");
  await seller.toast.getByRole("button", { name: words("undo") }).click();
  await eventually(tab, "all", "taken back");
  await saveChanges.waitFor();

  await seller.palette(words("action_view", { name: "Todas" }));
  await leave(seller, "Todas").waitFor();
  menu = await scopes(seller);
  await menu.getByText(words("view_edit_entry")).click();
  await edit.getByRole("button", { name: words("view_delete", { name: "Todas" }) }).click();
  await leave(seller, "Todas").waitFor({ state: "detached" });
  await seller.toast.getByRole("button", { name: words("undo") }).click();
  await eventually(() => viewNames(seller), [["Todas", null], ["Por responder", 1]], "it is back in its place");
});

flow("the inbox is filtered from one day to another", {}, async (seller) => {
  const { page, words, simulator } = seller;
  await simulator.write("Ana Uno", "Hola");
  await seller.row("Ana Uno").waitFor();
  await seller.button("filter").click();
  const panel = page.getByRole("dialog", { name: words("filter") });
  await panel.getByRole("radiogroup", { name: words("filter_date") }).getByText(words("filter_range"), { exact: true }).click();
  const today = await page.evaluate(() => {
    const now = new Date();
    return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
  });
  const [from, to] = [panel.getByLabel(words("leads_from"), { exact: true }), panel.getByLabel(words("leads_to"), { exact: true })];
  // A day counts once it is left: the keys of a year are years of their own.
  await to.fill("2020-02-01");
  await to.press("Enter");
  await panel.getByText(words("result_count", { count: 0, shown: 0 })).waitFor();
  await from.fill(today);
  await from.press("Tab");
  await panel.getByText(words("result_count", { count: 1, shown: 1 })).waitFor();
  assert.equal(await to.inputValue(), await from.inputValue(), "the other end gives way, and today is inside");
  await panel.getByText(words("filter_days", { days: "7" }), { exact: true }).click();
  await page.keyboard.press("Escape");
  const dates = async () => JSON.parse(await seller.host.call("get_ui_state", { key: "window" })).view?.dates;
  await eventually(dates, { is: "last_days", days: 7 }, "it is kept as it was said");
  await page.reload();
  await page.getByText(words("chip_days", { days: "7" })).waitFor();
  await eventually(() => rowNames(seller), ["Ana Uno"], "of the last seven days");
});

flow("each line is counted as the tabs count it, and the others are silent while one is kept to", {}, async (seller) => {
  const { page, words, host, simulator } = seller;
  const token = "123456789:AAFright-token-of-our-own-bot_00";
  const telegram = await TelegramFake.start({ token });
  try {
    await host.call("connect_telegram", { token, base_url: telegram.url, name: "Bot" });
    await simulator.write("Ana Uno", "Hola");
    await simulator.write("Beto Dos", "Hola");
    await seller.openChat("Ana Uno");
    await seller.send("Buenas");
    telegram.write({ id: 77, first_name: "Lucía", username: "lucia" }, "¿Abren?");
    await seller.row("Lucía").waitFor();
    const both = (unread, all) => words("line_counts", { unread: String(unread), all: String(all) });
    await page.locator("button.line").click();
    const menu = page.getByRole("menu", { name: words("lines") });
    await menu.getByRole("menuitemcheckbox", { name: words("all_lines") }).getByText(both(2, 3)).waitFor();
    await menu.getByText(both(1, 2)).waitFor();
    await menu.getByRole("menuitemcheckbox", { name: "Bot" }).getByText(both(1, 1)).waitFor();
    await menu.getByRole("menuitemcheckbox", { name: "Bot" }).click();
    await eventually(() => rowNames(seller), ["Lucía"], "the bot's alone");

    await seller.settings(words("settings_conversations"));
    await page.getByRole("switch", { name: words("settings_focus_line") }).click();
    await eventually(async () => (await host.call("get_app_state")).session.settings.focus_line, true, "it is kept to");
    await simulator.write("Caro Tres", "Hola");
    const why = async () => {
      const id = await seller.chatOf("Caro Tres");
      return id && (await host.call("list_alert_log", { conversation_id: id }))[0]?.entry.sound?.why;
    };
    await eventually(why, "other_line", "the log says why");
  } finally {
    await telegram.stop();
  }
});
