// The lead beside the chat: what customers and answers make of it by themselves, what a seller changes, its history.
import assert from "node:assert/strict";
import { flow } from "../lib/flow.mjs";

/** The lead in the contact panel. */
const box = (seller) => seller.page.getByRole("region", { name: new RegExp(`^${seller.words("lead")}`) });
/** The value of one fact, with what it says. */
const fact = (seller, key, value) => box(seller).getByRole("button", { name: `${seller.words(key)}: ${value}`, exact: true });
const steps = (seller) => seller.page.getByRole("list", { name: seller.words("history") }).getByRole("listitem");
const step = (seller, text) => steps(seller).filter({ hasText: text });
const undoToast = (seller, label) =>
  seller.toast.filter({ hasText: label }).getByRole("button", { name: seller.words("undo"), exact: true });

async function begin(seller) {
  await seller.simulator.write("Bruno Dias", "Oi, tem mesa?");
  await seller.openChat("Bruno Dias");
  await fact(seller, "lead_status", seller.words("sale_new")).waitFor();
}
async function pick(seller, key, now, next) {
  await fact(seller, key, now).click();
  await seller.page.getByRole("menu").getByRole("menuitemcheckbox", { name: next, exact: true }).click();
}

flow("golden 1: a customer's first message is lead #1, New in Intake, with its source", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  await box(seller).getByText(words("lead_number_cycle", { number: "#1", cycle: 1 })).waitFor();
  await fact(seller, "lead_stage", words("sale_intake")).waitFor();
  await fact(seller, "lead_responsible", words("lead_nobody")).waitFor();
  // The person's source is the lead's: it stands once in the panel.
  await seller.page.getByLabel(words("contact_source"), { exact: true }).filter({ hasText: words("channel_simulator") }).waitFor();
  await step(seller, words("history_opened_by_message")).waitFor();
});

flow("golden 2: the first answer makes a new lead Contacted by itself, and its card stays in Intake", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  await seller.send("Temos, sim.");
  await fact(seller, "lead_status", words("sale_contacted")).waitFor();
  await fact(seller, "lead_stage", words("sale_intake")).waitFor();
  await step(seller, words("history_contacted", { status: words("sale_contacted") })).waitFor();
});

flow("a stage takes its lead status along, and one undo gives both back", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  await pick(seller, "lead_stage", words("sale_intake"), words("sale_qualified"));
  await fact(seller, "lead_stage", words("sale_qualified")).waitFor();
  await fact(seller, "lead_status", words("sale_qualified")).waitFor();
  const moved = words("history_moved", { who: "Ana", from: words("sale_intake"), to: words("sale_qualified") });
  await step(seller, moved).waitFor();
  await undoToast(seller, words("lead_did_move", { stage: words("sale_qualified") })).click();
  await fact(seller, "lead_stage", words("sale_intake")).waitFor();
  await fact(seller, "lead_status", words("sale_new")).waitFor();
});

flow("what happened to the lead stands between the messages, in the words of its history", {}, async (seller) => {
  const { page, words, host } = seller;
  await begin(seller);
  const thread = page.getByRole("log");
  const told = (text) => thread.locator(".event").filter({ hasText: text });
  await told(words("history_opened_by_message")).waitFor();
  await seller.send("Temos, sim.");
  await told(words("history_contacted", { status: words("sale_contacted") })).waitFor();
  await pick(seller, "lead_stage", words("sale_intake"), words("sale_qualified"));
  const moved = words("history_moved", { who: "Ana", from: words("sale_intake"), to: words("sale_qualified") });
  await told(moved).waitFor();
  const place = (locator) => locator.evaluate((node) => node.getBoundingClientRect().top);
  const answer = thread.getByText("Temos, sim.", { exact: true });
  const tops = [told(words("history_opened_by_message")), answer, told(moved)].map(place);
  const [opened, said, went] = await Promise.all(tops);
  assert.ok(opened < said && said < went, "each at its time");

  await undoToast(seller, words("lead_did_move", { stage: words("sale_qualified") })).click();
  await told(moved).waitFor({ state: "detached" });
  await step(seller, moved).waitFor();
  await host.call("update_settings", { show_events: false });
  await told(words("history_opened_by_message")).waitFor({ state: "detached" });
});

flow("the keys 1 to 6 mark the lead while nobody types", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  const mark = (name) => box(seller).getByRole("button", { name: words(name), exact: true, pressed: true });
  await seller.composer.fill("");
  await seller.composer.press("2");
  await seller.draftIs("2");
  await mark("marker_name_none").waitFor();
  await seller.composer.fill("");
  await box(seller).getByRole("heading").click();
  await page.keyboard.press("2");
  await mark("marker_name_urgent").waitFor();
  await page.keyboard.press("6");
  await mark("marker_name_done").waitFor();
  await page.keyboard.press("1");
  await mark("marker_name_none").waitFor();
  assert.equal(await steps(seller).filter({ hasText: "Ana" }).count(), 3, "each is a step of its own");
});

flow("a score is a whole number from 0 to 100, or none", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  await fact(seller, "lead_score", words("lead_score_none")).click();
  const layer = page.getByRole("dialog", { name: words("lead_score") });
  const number = layer.getByRole("textbox", { name: words("lead_score_number") });
  await number.fill("101");
  await layer.getByRole("alert").filter({ hasText: words("error_score_invalid") }).waitFor();
  await number.fill("78");
  await number.press("Enter");
  await fact(seller, "lead_score", `${words("lead_score_of", { score: 78 })}, ${words("score_hot")}`).waitFor();
  // Esc leaves it as it was.
  await fact(seller, "lead_score", `${words("lead_score_of", { score: 78 })}, ${words("score_hot")}`).click();
  await number.fill("5");
  await number.press("Escape");
  await layer.waitFor({ state: "detached" });
  await fact(seller, "lead_score", `${words("lead_score_of", { score: 78 })}, ${words("score_hot")}`).click();
  await layer.getByRole("button", { name: words("lead_score_remove") }).click();
  await fact(seller, "lead_score", words("lead_score_none")).waitFor();
  assert.equal(await step(seller, "78").count(), 1, "what was given up is no step");
});

flow("a converted lead stays as it is and says why; the next one is cycle 2", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  await pick(seller, "lead_status", words("sale_new"), words("sale_converted"));
  const reason = words("error_lead_final", { status: words("sale_converted") });
  await box(seller).getByText(reason).waitFor();
  for (const [key, value] of [
    ["lead_status", words("sale_converted")],
    ["lead_stage", words("sale_intake")],
    ["lead_score", words("lead_score_none")],
    ["lead_responsible", words("lead_nobody")],
  ]) {
    const stays = fact(seller, key, value);
    assert.equal(await stays.getAttribute("aria-disabled"), "true", `${key} can't be changed`);
    assert.equal(await stays.getAttribute("data-tip"), reason, `${key} says why`);
    // A press, whatever the browser thinks of what is disabled.
    await stays.dispatchEvent("click");
  }
  await box(seller).getByRole("button", { name: words("marker_name_urgent"), exact: true }).dispatchEvent("click");
  assert.equal(await seller.page.getByRole("menu").count(), 0, "nothing opens");
  await box(seller).getByRole("button", { name: words("lead_start_new"), exact: true }).click();
  await box(seller).getByText(words("lead_number_cycle", { number: "#2", cycle: 2 })).waitFor();
  await fact(seller, "lead_status", words("sale_new")).waitFor();
  await step(seller, words("history_closed", { who: "Ana", status: words("sale_converted") })).waitFor();
  await seller.page.getByText(`${words("lead")} ${words("lead_number_cycle", { number: "#1", cycle: 1 })}`, { exact: true }).waitFor();
});

flow("golden 16: a lead that was closed comes back by its toast as it was", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  await pick(seller, "lead_stage", words("sale_intake"), words("sale_qualifying"));
  await fact(seller, "lead_status", words("sale_qualifying")).waitFor();
  await pick(seller, "lead_status", words("sale_qualifying"), words("sale_archived"));
  await box(seller).getByText(words("error_lead_final", { status: words("sale_archived") })).waitFor();
  await undoToast(seller, words("lead_did_status", { status: words("sale_archived") })).click();
  await fact(seller, "lead_status", words("sale_qualifying")).waitFor();
  await fact(seller, "lead_stage", words("sale_qualifying")).waitFor();
});

flow("a lost lead wants its reason; note, score and reason stand in the history", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  await pick(seller, "lead_status", words("sale_new"), words("sale_lost"));
  const dialog = page.getByRole("dialog", { name: words("lead_change_status") });
  const save = dialog.getByRole("button", { name: words("lead_change_status"), exact: true });
  assert.equal(await save.getAttribute("data-tip"), words("error_reason_needed"), "without a reason it can't be saved");
  await dialog.getByLabel(words("lead_lost_reason")).click();
  await page.getByRole("option", { name: words("sale_price") }).click();
  await dialog.getByRole("textbox", { name: words("lead_score_number") }).fill("20");
  await dialog.getByRole("textbox", { name: words("lead_note") }).fill("Wanted it for half");
  await save.click();
  await dialog.waitFor({ state: "detached" });
  const told = step(seller, words("history_closed", { who: "Ana", status: words("sale_lost") }));
  await told.filter({ hasText: words("history_reason", { reason: words("sale_price") }) }).waitFor();
  await told.filter({ hasText: "Wanted it for half" }).filter({ hasText: `${words("lead_score")}: 20` }).waitFor();

  // Taken back from the history, where nothing else happened since.
  await told.getByRole("button", { name: words("undo"), exact: true }).click();
  await fact(seller, "lead_status", words("sale_new")).waitFor();
  await fact(seller, "lead_score", words("lead_score_none")).waitFor();
  await step(seller, words("history_undone", { who: "Ana" })).waitFor();
  await told.filter({ hasText: words("history_taken_back_by", { who: "Ana", when: "" }) }).waitFor();
});

flow("the history is filtered by kind and copied as text", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  await pick(seller, "lead_stage", words("sale_intake"), words("sale_qualified"));
  const moved = words("history_moved", { who: "Ana", from: words("sale_intake"), to: words("sale_qualified") });
  await step(seller, moved).waitFor();
  await page.keyboard.press("3");
  const marked = words("history_marked", { who: "Ana", marker: `⭐ ${words("marker_name_important")}` });
  await step(seller, marked).waitFor();
  await page.getByLabel(words("history_filter"), { exact: true }).click();
  await page.getByRole("option", { name: words("lead_marker"), exact: true }).click();
  await step(seller, moved).waitFor({ state: "detached" });
  await step(seller, marked).waitFor();
  await page.getByRole("button", { name: words("history_copy") }).click();
  await seller.toast.filter({ hasText: words("history_copied") }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.deepEqual(
    copied.split("\n").map((line) => line.replace(/^.*? · (?=Ana|The customer)/, "")),
    [
      `${words("lead")} ${words("lead_number_cycle", { number: "#1", cycle: 1 })}`,
      marked,
      `${moved} · ${words("lead_status")}: ${words("sale_new")} → ${words("sale_qualified")}`,
      words("history_opened_by_message"),
    ],
    "everything is copied, whatever the filter shows",
  );
});
