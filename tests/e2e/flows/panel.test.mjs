// What is kept of a contact under its card: calls, notes, everything that happened, and who has bought.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { problems } from "../lib/axe.mjs";
import { eventually, flow } from "../lib/flow.mjs";

const MARIA = "María Peña";
const look = async (seller, name) => {
  if (process.env.SHOTS) await seller.page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
};
const panel = (seller) => seller.page.getByRole("complementary", { name: seller.words("contact"), exact: true });
const tabs = (seller) => panel(seller).getByRole("tablist", { name: seller.words("contact_more") });
const chosen = (seller) => tabs(seller).getByRole("tab", { selected: true });
const list = (seller, key) => panel(seller).getByRole("list", { name: seller.words(key), exact: true });
const items = (seller, key) => list(seller, key).getByRole("listitem");
const choose = (seller, key) => tabs(seller).getByRole("tab", { name: seller.words(key), exact: true }).click();
const synced = (seller, why) =>
  eventually(async () => (await seller.host.call("get_status")).unsynced, 0, `the hub has it: ${why}`);
const TABS = ["follow_ups", "leads", "calls", "contact_files", "history_notes", "activity"];

async function begin(seller, who = MARIA, text = "¿Tienen mesas?") {
  await seller.simulator.write(who, text);
  await seller.openChat(who);
}
/** Presses Tab, as somebody without a mouse does, until it has the focus. */
async function tabTo(page, locator, what) {
  for (let presses = 0; presses < 150; presses++) {
    if (await locator.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} is not reached by Tab`);
}

flow("by the keyboard alone: through the tabs of the panel, a call is logged, changed and taken back", {}, async (seller) => {
  const { page, words, simulator } = seller;
  await simulator.write(MARIA, "¿Tienen mesas?");
  await seller.row(MARIA).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await seller.composer.waitFor();
  await chosen(seller).waitFor();
  await tabTo(page, chosen(seller), "the tab list");
  await page.keyboard.press("Home");
  const seen = [];
  for (const key of TABS) {
    const tab = tabs(seller).getByRole("tab", { name: words(key), exact: true, selected: true });
    await tab.waitFor();
    assert.ok(await tab.evaluate((node) => node === document.activeElement), `the focus goes along to ${key}`);
    seen.push(await tab.innerText());
    await page.keyboard.press("ArrowRight");
  }
  assert.equal(new Set(seen).size, 6, "six tabs, each once");
  assert.equal((await chosen(seller).innerText()).trim(), words("follow_ups"), "and after the last comes the first");

  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await panel(seller).getByText(words("call_none"), { exact: true }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: words("call_log") });
  await dialog.waitFor();
  await page.keyboard.press("ArrowRight");
  await dialog.getByRole("radio", { name: words("call_in"), checked: true }).waitFor();
  await tabTo(page, dialog.getByRole("spinbutton", { name: words("call_minutes") }), "the minutes");
  await page.keyboard.type("12");
  await tabTo(page, dialog.getByRole("textbox", { name: words("call_said") }), "what was said");
  await page.keyboard.type("Quiere dos mesas");
  await look(seller, "panel-log-call");
  await page.keyboard.press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  const call = items(seller, "calls");
  await call.getByText(`${words("call_in")} · ${words("call_answered")} · ${words("call_lasted", { minutes: 12 })}`).waitFor();
  await call.getByText("Quiere dos mesas", { exact: true }).waitFor();
  await synced(seller, "the call");
  await call.getByText("Quiere dos mesas", { exact: true }).waitFor();

  await tabTo(page, call.getByRole("button", { name: words("call_actions") }), "what can be done with the call");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: words("call_edit") }).waitFor();
  await page.keyboard.press("Enter");
  const edit = page.getByRole("dialog", { name: words("call_edit") });
  await edit.waitFor();
  const said = edit.getByRole("textbox", { name: words("call_said") });
  await tabTo(page, said, "what was said");
  assert.equal(await edit.getByRole("spinbutton").inputValue(), "12", "what was written down stands there");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Quiere tres mesas");
  await page.keyboard.press("Control+Enter");
  await edit.waitFor({ state: "detached" });
  await call.getByText("Quiere tres mesas", { exact: true }).waitFor();
  await call.getByText(words("note_edited"), { exact: true }).waitFor();

  await page.keyboard.press("Control+z");
  await call.getByText("Quiere dos mesas", { exact: true }).waitFor();
  await page.keyboard.press("Control+z");
  await panel(seller).getByText(words("call_none"), { exact: true }).waitFor();
  await synced(seller, "that it is taken back");
  assert.equal(await call.count(), 0);
});

flow("a note is written, found by its words, and shown where it was written", {}, async (seller) => {
  const { page, words, simulator } = seller;
  await begin(seller);
  await choose(seller, "history_notes");
  const field = panel(seller).getByRole("textbox", { name: words("note_new") });
  await field.fill("Solo por la tarde, el timbre está roto");
  await field.press("Control+Enter");
  const note = items(seller, "history_notes").filter({ hasText: "el timbre está roto" });
  await note.waitFor();
  assert.equal(await field.inputValue(), "", "there is room for the next one");
  const between = page.getByRole("log").locator("button.note");
  await between.getByText("Solo por la tarde, el timbre está roto", { exact: true }).waitFor();
  await synced(seller, "the note");
  assert.deepEqual(await simulator.received(MARIA), [], "a note never leaves");
  await look(seller, "panel-note");

  // Changed from its menu, and taken back.
  await note.getByRole("button", { name: words("note_actions") }).click();
  await page.getByRole("menuitem", { name: words("note_edit") }).click();
  const edit = panel(seller).getByRole("textbox", { name: words("note_edit") });
  await edit.fill("Solo por la mañana");
  await edit.press("Control+Enter");
  const changed = items(seller, "history_notes").filter({ hasText: "Solo por la mañana" });
  await changed.waitFor();
  await changed.getByText(words("note_edited"), { exact: true }).waitFor();
  await page.keyboard.press("Control+z");
  await note.waitFor();

  // From another chat, without its accents.
  await begin(seller, "Bruno Dias", "Oi");
  await page.keyboard.press("Control+f");
  const box = page.getByRole("combobox", { name: words("search") });
  await box.fill("timbre esta");
  const hit = page.getByRole("group", { name: words("search_notes") }).getByRole("option");
  await hit.filter({ hasText: MARIA }).waitFor();
  await look(seller, "panel-search");
  await box.press("ArrowDown");
  await box.press("Enter");
  await page.getByRole("heading", { level: 2, name: MARIA, exact: true }).waitFor();
  await panel(seller).locator("li.lit").filter({ hasText: "el timbre está roto" }).waitFor();
  await panel(seller).locator("li.lit").getByRole("button", { name: "el timbre está roto" }).click();
  await page.getByRole("log").locator("button.note.lit").waitFor();

  await note.getByRole("button", { name: words("note_actions") }).click();
  await page.getByRole("menuitem", { name: words("note_delete") }).click();
  await between.waitFor({ state: "detached" });
  await panel(seller).getByText(words("note_none"), { exact: true }).waitFor();
});

flow("a note that somebody else changed meanwhile is read before it is written over", {}, async (seller) => {
  const { page, words, host } = seller;
  await begin(seller);
  const conversation_id = await seller.chatOf(MARIA);
  const { contact_id } = await host.call("get_conversation", { conversation_id });
  const about = { contact_id, conversation_id, note_id: crypto.randomUUID() };
  const saved = await host.call("save_note", { ...about, text: "Paga al contado" });
  const says = async () => (await host.call("get_note", { note_id: about.note_id })).note?.note.text;
  await choose(seller, "history_notes");
  const note = items(seller, "history_notes");
  const edit = panel(seller).getByRole("textbox", { name: words("note_edit") });
  const begins = async (text) => {
    await note.getByRole("button", { name: words("note_actions") }).click();
    await page.getByRole("menuitem", { name: words("note_edit") }).click();
    await edit.fill(text);
  };
  await begins("Paga con tarjeta");
  const theirs = await host.call("save_note", { ...about, text: "Paga en tres cuotas", expect: saved.note.note });
  const meanwhile = panel(seller).locator(".meanwhile");
  await meanwhile.getByText("Paga en tres cuotas", { exact: true }).waitFor();
  await meanwhile.getByText(words("note_changed_by", { who: "Ana" }), { exact: true }).waitFor();
  await edit.press("Control+Enter");
  assert.equal(await edit.inputValue(), "Paga con tarjeta", "nothing that was typed is lost");
  assert.equal(await says(), "Paga en tres cuotas", "and nothing is written over by the key");
  for (const theme of ["light", "dark"]) {
    assert.deepEqual(await problems(page, theme), []);
    await look(seller, `panel-note-meanwhile-${theme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await meanwhile.getByRole("button", { name: words("note_keep_theirs"), exact: true }).click();
  await edit.waitFor({ state: "detached" });
  await note.filter({ hasText: "Paga en tres cuotas" }).waitFor();

  // Deleted while it was set right: the words become a new one.
  await begins("Paga con cheque");
  await host.call("delete_note", { note: theirs.note.note });
  await meanwhile.getByText(words("note_deleted_meanwhile"), { exact: true }).waitFor();
  await meanwhile.getByRole("button", { name: words("note_save_again"), exact: true }).click();
  await meanwhile.waitFor({ state: "detached" });
  await note.filter({ hasText: "Paga con cheque" }).waitFor();
  assert.equal(await says(), undefined, "what was deleted stays deleted");
});

flow("everything that happened with a contact is one list, by kind", {}, async (seller) => {
  const { page, words, host } = seller;
  await begin(seller);
  const conversation_id = await seller.chatOf(MARIA);
  const { contact_id } = await host.call("get_conversation", { conversation_id });
  const about = { contact_id, conversation_id };
  await host.call("save_note", { ...about, note_id: crypto.randomUUID(), text: "Paga al contado" });
  const call = { direction: "out", outcome: "no_answer", minutes: null, text: "" };
  await host.call("log_call", { ...about, ...call, note_id: crypto.randomUUID(), at_ms: Date.now() - 60_000 });
  const { contact_id: twin } = await host.call("create_contact", {
    name: "Mari", phone: "", email: "", about: "", tag_ids: [], responsible_id: null, source_id: null, with_lead: false,
  });
  await host.call("merge_contacts", { keep: contact_id, gone: [twin], fields: {} });
  await host.call("close_conversation", { conversation_id, reason: null });
  // Marked by mistake, and taken back.
  const [{ id: lead_id }] = await host.call("list_leads_of_contact", { contact_id });
  await host.call("change_leads", { lead_ids: [lead_id], patch: { marker: "urgent" } });
  const [marked] = (await host.call("list_history", { contact_id, before: null, limit: 20 })).events;
  await host.call("undo_history", { event_ids: [marked.id] });
  await choose(seller, "activity");
  const item = (text) => items(seller, "activity").filter({ hasText: text });
  const gone = panel(seller).locator("li.gone");
  await gone.filter({ hasText: words("marker_name_urgent") }).filter({ hasText: words("history_taken_back_by", { who: "Ana", when: "" }) }).waitFor();
  assert.equal(await gone.count(), 1, "what stands is not struck through");
  const told = {
    activity_conversations: words("event_closed"),
    activity_leads: words("history_opened_by_message"),
    history_notes: "Paga al contado",
    calls: words("call_no_answer"),
    activity_merges: words("merge_told", { names: "Mari" }),
  };
  for (const text of Object.values(told)) await item(text).first().waitFor();
  await look(seller, "panel-activity");
  for (const [kind, text] of Object.entries(told)) {
    await panel(seller).getByLabel(words("history_filter"), { exact: true }).click();
    await page.getByRole("option", { name: words(kind), exact: true }).click();
    await item(text).first().waitFor();
    for (const [other, others] of Object.entries(told))
      if (other !== kind) await item(others).waitFor({ state: "detached" });
  }
  await panel(seller).getByLabel(words("history_filter"), { exact: true }).click();
  await page.getByRole("option", { name: words("activity_imports"), exact: true }).click();
  await panel(seller).getByText(words("history_none_of_kind"), { exact: true }).waitFor();
});

flow("the history is saved as a text in the seller's language, of one kind if asked", { language: "es" }, async (seller) => {
  const { page, words, host } = seller;
  await begin(seller);
  const conversation_id = await seller.chatOf(MARIA);
  const { contact_id } = await host.call("get_conversation", { conversation_id });
  await host.call("update_contact", { contact_id, patch: { phone: "+52 55 1234 5678" } });
  const [{ id }] = await host.call("list_leads_of_contact", { contact_id });
  await host.call("change_leads", { lead_ids: [id], patch: { marker: "urgent" } });
  await choose(seller, "leads");
  const steps = items(seller, "history");
  const marked = words("history_marked", { who: "Ana", marker: `🚨 ${words("marker_name_urgent")}` }).slice(0, 12);
  await steps.filter({ hasText: marked }).waitFor();
  const file = join(host.folder, "data", "downloads", words("history_file", { name: MARIA }));
  const saved = async () => {
    await rm(file, { force: true });
    await panel(seller).getByRole("button", { name: words("history_save"), exact: true }).click();
    await eventually(() => existsSync(file), true, "it is written");
    await seller.toast.getByText(words("history_did_save")).last().waitFor();
    return readFile(file, "utf8");
  };
  const whole = await saved();
  const lines = whole.replace(/^\ufeff/, "").split("\r\n");
  assert.equal(lines[0], words("history_title", { name: MARIA }));
  assert.ok(lines.some((line) => line.endsWith(words("history_opened_by_message"))), "what began it, and by what");
  assert.ok(lines.some((line) => line.includes(marked)), "and who did what");
  assert.ok(lines.some((line) => /\d{1,2}:\d\d.* · /.test(line)), "each with its date");
  assert.doesNotMatch(whole, /1234/, "no number that the history does not tell");
  await panel(seller).getByLabel(words("history_filter"), { exact: true }).click();
  await page.getByRole("option", { name: words("lead_marker"), exact: true }).click();
  await steps.filter({ hasText: words("history_opened_by_message") }).waitFor({ state: "detached" });
  const one = await saved();
  assert.match(one, new RegExp(words("history_title_of", { name: MARIA, kind: words("lead_marker") })));
  assert.doesNotMatch(one, new RegExp(words("history_opened_by_message")), "what is not seen is not in it");
});

flow("who has bought is a customer, and the next lead begins over the chat", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  const badge = (place) => place.getByText(words("customer"), { exact: true });
  const head = page.getByRole("main").locator("header");
  await panel(seller).getByRole("region", { name: new RegExp(`^${words("lead")}`) }).waitFor();
  assert.equal(await badge(page.locator("body")).count(), 0);
  await seller.palette(words("lead_action_won"));
  await badge(head).waitFor();
  await badge(panel(seller)).waitFor();
  await badge(seller.row(MARIA)).waitFor({ state: "attached" });
  await look(seller, "panel-customer");
  const start = head.getByRole("button", { name: words("lead_start_new"), exact: true });
  await start.click();
  await start.waitFor({ state: "detached" });
  await panel(seller).getByText(words("lead_number_cycle", { number: "#2", cycle: 2 }), { exact: true }).waitFor();
  await badge(head).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 2, name: MARIA, exact: true }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await badge(page.locator(".directory").getByRole("row").filter({ hasText: MARIA })).waitFor({ state: "attached" });
});

const TITLES = {
  en: "the panel is whole at 1,024 px in English",
  es: "the panel is whole at 1,024 px in Spanish",
  pt: "the panel is whole at 1,024 px in Portuguese",
};
/** Runs in the page: what is cut, or reaches out of the panel. */
function cut(aside) {
  const edge = aside.getBoundingClientRect();
  const found = [];
  for (const node of aside.querySelectorAll("[role=tab], button, label, h3, h4, p, time, li")) {
    const box = node.getBoundingClientRect();
    if (!node.checkVisibility() || box.width < 2 || node.closest("[data-sideways]")) continue;
    const says = `${node.tagName} "${node.innerText.slice(0, 40)}"`;
    if (box.right > edge.right + 1 || box.left < edge.left - 1) found.push(`${says} reaches out`);
    const isCut = node.matches("[role=tab], button") && node.scrollWidth > node.clientWidth + 1;
    if (isCut && getComputedStyle(node).display !== "inline") found.push(`${says} is cut`);
  }
  return found;
}
/** Runs in the page: the tabs stand in one row, the chosen one is whole in it, and all are large enough to press. */
function inOneRow(row) {
  const boxes = [...row.children].map((tab) => tab.getBoundingClientRect());
  const [place, chosen] = [row, row.querySelector("[aria-selected=true]")].map((node) => node.getBoundingClientRect());
  return {
    rows: new Set(boxes.map(({ top }) => Math.round(top))).size,
    isWhole: chosen.left >= place.left - 1 && chosen.right <= place.right + 1,
    canBePressed: boxes.every(({ width, height }) => width >= 24 && height >= 24),
  };
}
const ONE_ROW = { rows: 1, isWhole: true, canBePressed: true };
for (const [language, title] of Object.entries(TITLES))
  flow(title, { language, viewport: { width: 1024, height: 768 } }, async (seller) => {
    const { page, words, host } = seller;
    await begin(seller);
    const conversation_id = await seller.chatOf(MARIA);
    const { contact_id } = await host.call("get_conversation", { conversation_id });
    const about = { contact_id, conversation_id };
    for (const n of [1, 2, 3, 4, 5])
      await host.call("save_note", { ...about, note_id: crypto.randomUUID(), text: `Nota ${n}: 52.998.224/0001-25 `.repeat(3) });
    const call = { direction: "in", outcome: "wrong_number", minutes: null, text: "x" };
    await host.call("log_call", { ...about, ...call, note_id: crypto.randomUUID(), at_ms: Date.now() - 60_000 });
    const [{ id }] = await host.call("list_leads_of_contact", { contact_id });
    await host.call("change_leads", { lead_ids: [id], patch: { status: { status_id: (await host.call("get_sale")).statuses.find((one) => one.category === "won").id } } });
    await seller.button("action_panel").click();
    await panel(seller).getByText(words("customer"), { exact: true }).waitFor();
    for (const key of TABS) {
      await choose(seller, key);
      await tabs(seller).getByRole("tab", { name: words(key), exact: true, selected: true }).waitFor();
      assert.deepEqual(await tabs(seller).evaluate(inOneRow), ONE_ROW, `${key} in ${language}`);
      if (key === "calls") await items(seller, "calls").waitFor();
      if (key === "history_notes") await items(seller, "history_notes").nth(4).waitFor();
      if (key === "activity") await items(seller, "activity").filter({ hasText: words("call_wrong_number") }).waitFor();
      await tabs(seller).scrollIntoViewIfNeeded();
      await panel(seller).locator(".scroll").evaluate((node) => node.scrollTo(0, node.scrollHeight));
      assert.deepEqual(await panel(seller).evaluate(cut), [], `${key} in ${language}`);
      for (const theme of ["light", "dark"]) {
        assert.deepEqual(await problems(page, theme), [], `${key} in ${language}`);
        await look(seller, `panel-1024-${language}-${key}-${theme}`);
      }
      await page.emulateMedia({ colorScheme: "light" });
    }
  });
