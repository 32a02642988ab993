// The table of leads and everything above it, and the board under a filter: a part of `screens`. Some people have
// written; the first of them has a closed lead too.

/** Yields the name of each screen while it is shown. */
export async function* leadsScreens(seller, who) {
  const { page, host, words } = seller;
  const closed = (layer) => layer.waitFor({ state: "detached" });
  const escape = async (layer) => {
    await page.keyboard.press("Escape");
    await closed(layer);
  };
  const { cards } = await host.call("list_leads", { filter: { tab: "active" }, sort: "number", descending: false, offset: 0, limit: 9 });
  const lead = cards.find((card) => card.name === who).lead.id;
  const { statuses, members } = await host.call("get_sale");
  const change = (patch) => host.call("change_leads", { lead_ids: [lead], patch });
  await change({ score: 78, responsible_id: members[0].id });

  await seller.leads();
  await seller.row(who).first().waitFor();
  await seller.tab("leads_tab_all").click();
  await page.locator(".row.final").first().waitFor();
  yield "leads";

  await page.getByRole("button", { name: words("lead_status"), exact: true }).click();
  let layer = page.getByRole("dialog", { name: words("lead_status") });
  await layer.getByRole("checkbox", { name: words("sale_new"), exact: true }).click();
  yield "leads filtered by status";
  await escape(layer);
  await seller.button("leads_filter_more").click();
  layer = page.getByRole("menu");
  await layer.waitFor();
  yield "more filters";
  await layer.getByRole("menuitemcheckbox", { name: words("leads_last_activity"), exact: true }).click();
  layer = page.getByRole("dialog", { name: words("leads_last_activity") });
  await layer.getByRole("radio", { name: words("leads_filter_from_to"), exact: true }).click();
  await layer.getByLabel(words("leads_from"), { exact: true }).waitFor();
  yield "leads filtered by days";
  await escape(layer);
  await seller.button("clear").click();

  await seller.button("leads_columns").click();
  layer = page.getByRole("dialog", { name: words("leads_columns") });
  await layer.waitFor();
  yield "columns of the leads";
  await escape(layer);

  await page.locator(".row.final").first().click({ button: "right" });
  layer = page.getByRole("menu");
  await layer.waitFor();
  yield "menu of a closed lead";
  await escape(layer);

  await page.getByRole("grid", { name: words("leads") }).focus();
  await page.keyboard.press("Control+a");
  layer = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  await layer.waitFor();
  yield "several leads picked";
  for (const [key, name] of [
    ["a", "assigning several leads"],
    ["m", "moving several leads"],
    ["n", "a note about several leads"],
    ["l", "tagging several leads"],
    ["Shift+s", "a score for several leads"],
  ]) {
    await page.keyboard.press(key);
    const asked = page.getByRole("dialog");
    await asked.waitFor();
    yield name;
    await escape(asked);
  }
  await page.keyboard.press("Shift+l");
  const dialog = page.getByRole("dialog");
  await dialog.getByText(words("sale_lost"), { exact: true }).click();
  await dialog.getByText(words("lead_reason_choose"), { exact: true }).waitFor();
  yield "the status of several leads";
  await escape(dialog);
  await page.keyboard.press("Escape");
  await closed(layer);

  await seller.board();
  await page.getByRole("button", { name: words("lead_status"), exact: true }).click();
  layer = page.getByRole("dialog", { name: words("lead_status") });
  await layer.locator("[data-choice]").nth(statuses.filter((one) => one.category === "open").length - 1).click();
  await page.getByRole("heading", { level: 2, name: words("leads_none_match") }).waitFor();
  yield "a board that the filter leaves empty";
  await escape(layer);
  await seller.button("clear").click();
  await seller.card(who).waitFor();
  await seller.card(who).click({ modifiers: ["ControlOrMeta"] });
  layer = page.getByRole("toolbar", { name: words("leads_bulk_label") });
  await layer.waitFor();
  yield "cards picked on the board";
  await page.keyboard.press("Escape");
  await closed(layer);
  await seller.inbox();
}
