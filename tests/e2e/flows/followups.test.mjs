// Follow-ups: tasks and scheduled messages of a lead, the agenda where they gather, and what ends them.
import assert from "node:assert/strict";
import { eventually, flow } from "../lib/flow.mjs";

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const ANA = "Ana Ruiz";

async function begin(seller, who = ANA) {
  await seller.simulator.write(who, `Hola, soy ${who}`);
  await seller.openChat(who);
  await eventually(() => leadOf(seller, who).then((lead) => lead?.cycle), 1, "a lead is there");
}
async function leadOf(seller, who) {
  const found = await seller.host.call("search", { text: who, line_id: null, conversation_id: null, after: null, limit: 5 });
  const leads = await seller.host.call("list_leads_of_contact", { contact_id: found.contacts[0].contact_id });
  return leads.find((lead) => !lead.state.closed) ?? leads[0];
}
let made = 0;
/** A follow-up as the form saves it. */
async function plan(seller, who, due_in_ms, { message, ...more } = {}) {
  const lead = await leadOf(seller, who);
  const id = `01930000-0000-7000-8000-${String(++made).padStart(12, "0")}`;
  await seller.host.call("save_follow_up", {
    follow_up_id: id,
    lead_id: lead.id,
    kind: message ? "message" : "task",
    due_at_ms: Date.now() + due_in_ms,
    ...(message ? { message: { conversation_id: await seller.chatOf(who), body: { kind: "text", text: message } } } : {}),
    cancel_if_reply: message !== undefined,
    ...more,
  });
  return id;
}
const form = (seller) => seller.page.getByRole("dialog", { name: seller.words("follow_new") });
const section = (seller) => seller.page.getByRole("region", { name: new RegExp(`^${seller.words("follow_ups")}`) });
const row = (seller, text) => seller.page.locator("[data-follow-up]").filter({ hasText: text });
const undo = (seller, text) =>
  seller.toast.filter({ hasText: text }).getByRole("button", { name: seller.words("undo"), exact: true }).click();
/** By its key, until the list has them. */
async function agenda(seller) {
  await seller.page.keyboard.press("g");
  await seller.page.keyboard.press("f");
  await seller.page.getByRole("heading", { level: 1, name: seller.words("agenda") }).waitFor();
}
const tab = (seller, key) => seller.page.getByRole("main").getByRole("tab", { name: new RegExp(`^${seller.words(key)}`) });
async function stateOf(seller, who, id) {
  const lead = await leadOf(seller, who);
  const all = await seller.host.call("list_follow_ups_of", { contact_id: lead.contact_id });
  return all.find(({ follow_up }) => follow_up.id === id)?.follow_up.state.state;
}

flow("a task is scheduled, put off, changed and ticked off by keys alone", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  await page.locator(".messages").click();
  await page.keyboard.press("f");
  await form(seller).waitFor();
  await page.keyboard.type("Llamar por la mesa");
  // What was typed is there again after Esc.
  await page.keyboard.press("Escape");
  await form(seller).waitFor({ state: "detached" });
  await page.keyboard.press("f");
  await form(seller).getByText(words("follow_draft_back")).waitFor();
  await page.getByRole("textbox", { name: words("follow_words"), exact: true }).focus();
  await page.keyboard.type("in 2 days");
  await page.keyboard.press("Enter");
  await form(seller).waitFor({ state: "detached" });
  await section(seller).getByText("Llamar por la mesa").waitFor();

  await agenda(seller);
  await tab(seller, "follow_later").click();
  await row(seller, "Llamar por la mesa").waitFor();
  await page.getByRole("grid", { name: words("follow_later") }).focus();
  await page.keyboard.press("s");
  await seller.toast.filter({ hasText: words("follow_did_move", { when: "" }).trim() }).waitFor();
  await tab(seller, "today_title").click();
  await row(seller, "Llamar por la mesa").waitFor();
  const list = page.getByRole("grid", { name: words("today_title") });
  await list.focus();
  await page.keyboard.press("e");
  await page.getByRole("dialog", { name: words("follow_change") }).waitFor();
  await page.keyboard.type(" de nogal");
  await page.keyboard.press("Control+Enter");
  await row(seller, "Llamar por la mesa de nogal").waitFor();
  await list.focus();
  await page.keyboard.press("d");
  await page.getByText(words("follow_empty"), { exact: true }).waitFor();
  await undo(seller, words("follow_did_done", { count: 1, shown: 1 }));
  await row(seller, "Llamar por la mesa de nogal").waitFor();
});

flow("after one is done the next is in focus, and Enter opens its chat beside the agenda", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller, "Bruno Dias");
  await begin(seller);
  await plan(seller, ANA, 61 * MINUTE_MS, { note: "Primero" });
  await plan(seller, "Bruno Dias", 61 * MINUTE_MS + 1, { note: "Segundo" });
  await page.locator(".messages").click();
  await agenda(seller);
  const first = new Date(Date.now() + 61 * MINUTE_MS).getDate() === new Date().getDate() ? "today_title" : "follow_tomorrow";
  await tab(seller, first).click();
  await row(seller, "Primero").waitFor();
  await page.getByRole("grid", { name: words(first) }).focus();
  await page.keyboard.press("Space");
  await row(seller, "Primero").waitFor({ state: "detached" });
  await seller.toast.filter({ hasText: "Bruno Dias" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: words("board_chat_of", { name: "Bruno Dias" }) }).waitFor();
  await seller.composer.fill("Le llamo en un momento");
  await seller.composer.press("Enter");
  await eventually(() => seller.simulator.received("Bruno Dias"), ["Le llamo en un momento"], "it is the same composer");
  await page.keyboard.press("Escape");
  await seller.composer.waitFor({ state: "detached" });
  await page.keyboard.press("d");
  await row(seller, "Segundo").waitFor({ state: "detached" });
});

flow("a scheduled message leaves by itself at its time, and the panel says so", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  await plan(seller, ANA, 4_000, { message: "Ya salió su pedido" });
  await section(seller).getByText("Ya salió su pedido").waitFor();
  await eventually(() => seller.simulator.received(ANA), ["Ya salió su pedido"], "it leaves once, by itself");
  await section(seller).getByText(words("follow_none"), { exact: true }).waitFor();
  await seller.tab("follow_ups").click();
  await seller.page.getByRole("list", { name: words("follow_ended") }).getByText("Ya salió su pedido").waitFor();
});

flow("what is written is scheduled from the composer, and an undo gives the words back", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  await seller.composer.fill("Le aviso por la mañana");
  await page.getByRole("button", { name: words("send_options"), exact: true }).click();
  await page.getByRole("menuitem", { name: words("follow_send_tomorrow") }).click();
  await seller.draftIs("");
  await section(seller).getByText("Le aviso por la mañana").waitFor();
  await seller.toast.getByRole("button", { name: words("undo"), exact: true }).click();
  await seller.draftIs("Le aviso por la mañana");
  await section(seller).getByText(words("follow_none"), { exact: true }).waitFor();
  assert.deepEqual(await seller.simulator.received(ANA), [], "nothing left");
});

flow("a scheduled message is canceled when the customer writes before", {}, async (seller) => {
  const { words } = seller;
  await begin(seller);
  const id = await plan(seller, ANA, 3 * DAY_MS, { message: "¿Sigue interesada?" });
  const task = await plan(seller, ANA, 3 * DAY_MS, { note: "Revisar precio" });
  await section(seller).getByText("¿Sigue interesada?").waitFor();
  await seller.simulator.write(ANA, "Sí, la quiero");
  await eventually(() => stateOf(seller, ANA, id), "canceled", "they answered before");
  assert.equal(await stateOf(seller, ANA, task), "scheduled", "a task is still to be done");
  await seller.thread.getByText(words("event_follow_ups_canceled", { count: 1, shown: 1 })).waitFor();
  await seller.tab("follow_ups").click();
  await seller.page.getByRole("list", { name: words("follow_ended") }).getByText(words("follow_state_reply")).waitFor();
});

flow("a reminder for a message without an answer goes away when they answer", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  await seller.send("¿Le parece bien el precio?");
  const bubble = seller.bubble("¿Le parece bien el precio?");
  await bubble.waitFor();
  await bubble.hover();
  await page.locator(".messages .line.out").last().getByRole("button", { name: words("more") }).click();
  // It has left: the menu has all that it will have, and nothing moves under the pointer.
  await page.getByRole("menuitem", { name: words("edit_message") }).waitFor();
  await page.getByRole("menuitem", { name: words("follow_nudge_menu") }).click();
  const dialog = page.getByRole("dialog", { name: words("follow_nudge") });
  await dialog.getByRole("button", { name: new RegExp(`^${words("follow_nudge_weekdays", { count: 2 })}`) }).click();
  await section(seller).getByText(words("follow_nudge_words")).waitFor();
  await seller.simulator.write(ANA, "Sí");
  await section(seller).getByText(words("follow_none"), { exact: true }).waitFor();
});

flow("closing a lead names the follow-ups that go with it, and an undo brings them back", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  const ids = [await plan(seller, ANA, 2 * DAY_MS, { note: "Cobrar el anticipo" }), await plan(seller, ANA, 3 * DAY_MS, { message: "Gracias" })];
  const states = () => Promise.all(ids.map((id) => stateOf(seller, ANA, id)));
  await section(seller).getByText("Gracias").waitFor();
  await seller.board();
  await seller.card(ANA).locator(".due").waitFor();
  await seller.card(ANA).click({ button: "right" });
  await page.getByRole("menuitem", { name: words("board_outcome_won"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: words("follow_close_won", { name: ANA }) });
  await dialog.getByText(words("follow_will_cancel", { count: 2, shown: 2 })).waitFor();
  await dialog.getByText("Cobrar el anticipo").waitFor();
  // Esc gives up: nothing was closed.
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(await states(), ["scheduled", "scheduled"]);
  await seller.card(ANA).click({ button: "right" });
  await page.getByRole("menuitem", { name: words("board_outcome_won"), exact: true }).click();
  await dialog.getByRole("button", { name: words("follow_close_as_won"), exact: true }).click();
  await eventually(states, ["canceled", "canceled"], "they go with the lead");
  await undo(seller, words("board_did_won", { name: ANA }));
  await eventually(states, ["scheduled", "scheduled"], "and come back with it");
});

flow("a follow-up of a closed lead is refused in words, with the way to the next lead", {}, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  const lead = await leadOf(seller, ANA);
  const { statuses } = await seller.host.call("get_sale");
  const won = statuses.find((status) => status.code === "converted").id;
  await seller.host.call("change_leads", { lead_ids: [lead.id], patch: { status: { status_id: won } } });
  await page.locator(".messages").click();
  await page.keyboard.press("f");
  const said = seller.toast.filter({ hasText: words("error_followup_inactive", { status: words("sale_converted") }) });
  await said.getByRole("button", { name: words("lead_start_new"), exact: true }).click();
  await eventually(async () => (await leadOf(seller, ANA)).cycle, 2, "the next lead begins");
  await page.locator(".messages").click();
  await page.keyboard.press("f");
  await form(seller).waitFor();
});

flow("the agenda is a calendar too: a day is walked to, looked at and added to by keys", { viewport: { width: 1024, height: 720 } }, async (seller) => {
  const { page, words } = seller;
  await begin(seller);
  const day = new Date();
  day.setDate(day.getDate() + 1);
  day.setHours(12, 0, 0, 0);
  await plan(seller, ANA, day.getTime() - Date.now(), { note: "Visita" });
  await page.locator(".messages").click();
  await agenda(seller);
  await seller.palette(words("follow_key_calendar"));
  const grid = page.locator("table[role=grid]");
  await grid.locator("[aria-current=date]").focus();
  await page.keyboard.press("ArrowRight");
  await row(seller, "Visita").waitFor();
  await page.keyboard.press("Shift+F");
  await form(seller).getByRole("combobox", { name: words("follow_who") }).waitFor();
  await page.keyboard.type("Ana");
  await form(seller).getByRole("option", { name: ANA }).waitFor();
  await page.keyboard.press("Enter");
  await form(seller).getByLabel(words("follow_note")).fill("Segunda visita");
  await page.keyboard.press("Control+Enter");
  await form(seller).waitFor({ state: "detached" });
  await row(seller, "Segunda visita").waitFor();
});

flow("what was due while nothing ran is asked about: sent, put off or discarded one by one", {}, async (seller) => {
  const { page, words, simulator } = seller;
  await begin(seller);
  const late = 40 * MINUTE_MS;
  const [send, move, drop] = [
    await plan(seller, ANA, 10 * MINUTE_MS, { message: "La cotización" }),
    await plan(seller, ANA, 11 * MINUTE_MS, { message: "¿Lo aparto?" }),
    await plan(seller, ANA, 12 * MINUTE_MS, { message: "Último día" }),
  ];
  await seller.powerCut(async () => {
    await simulator.control({ do: "set_rules", rules: { tells_time: true } });
    await simulator.control({ do: "advance", ms: late });
    // The first answer of the channel says what time it is by now.
    await simulator.write("Bruno Dias", "Oi");
  });
  await seller.toast.filter({ hasText: words("follow_asking", { count: 3, shown: 3 }) }).waitFor({ timeout: 60_000 });
  // Told by the hub, this computer knows it too: what is pressed now counts from now.
  await page.getByText(words("status_clock", { time: "" }).trim()).waitFor({ timeout: 60_000 });
  // The toast may have gone by then; the agenda goes on asking.
  await page.getByRole("navigation", { name: words("rail_label") }).getByRole("button", { name: new RegExp(`^${words("agenda")}`) }).click();
  await page.getByRole("main").getByRole("button", { name: words("follow_asking_decide") }).click();
  assert.deepEqual(await simulator.received(ANA), [], "nothing left by itself, half an hour late");
  const dialog = page.getByRole("dialog");
  const of = (text) => dialog.getByRole("listitem").filter({ hasText: text });
  const says = (count) => dialog.getByRole("heading", { name: words("follow_asking", { count, shown: count }) }).waitFor();
  await says(3);

  await of("La cotización").getByRole("button", { name: words("outbox_send_now") }).click();
  await says(2);
  await eventually(() => simulator.received(ANA), ["La cotización"], "sent now, once");
  await eventually(() => stateOf(seller, ANA, send), "sent", "and told");

  await of("Último día").getByRole("button", { name: words("follow_discard") }).click();
  await says(1);
  await eventually(() => stateOf(seller, ANA, drop), "canceled", "discarded");

  await of("¿Lo aparto?").getByRole("button", { name: words("follow_reschedule") }).click();
  await dialog.getByRole("button", { name: words("follow_preset_two_days"), exact: true }).click();
  await dialog.getByRole("button", { name: words("follow_move"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await eventually(() => stateOf(seller, ANA, move), "scheduled", "put off, and nothing asks any more");
  assert.deepEqual(await simulator.received(ANA), ["La cotización"]);
});
