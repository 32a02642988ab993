// Every screen and every layer above it, one after the other, with something of each kind on it. What is looked
// at there (contrast, names, overflow) is the caller's.
import { readFile } from "node:fs/promises";
import { exchangeScreens } from "./screens-exchange.mjs";
import { leadsScreens } from "./screens-leads.mjs";

const VOICE = new URL("../../../crates/embudo-simulator/voices/short.ogg", import.meta.url);

/** Of the last screen, which is locked. */
export const PIN = "2468";

/** Yields the name of each screen while it is shown. Begins with a fresh host. */
export async function* screens(seller) {
  const { page, words } = seller;
  await page.getByRole("heading", { level: 1, name: words("first_title") }).waitFor();
  yield "first run";

  await seller.makeWorkspace();
  await page.getByRole("button", { name: words("status_no_lines") }).waitFor();
  yield "inbox without a line";
  await seller.board();
  await page.getByRole("heading", { level: 2, name: words("board_empty") }).waitFor();
  yield "board without a line";
  await seller.inbox();

  await seller.connectLine();
  await fill(seller);
  await seller.openChat("María Peña");
  await page.locator(".messages article, .messages [role=article]").nth(7).waitFor();
  yield "chat";

  const closed = (layer) => layer.waitFor({ state: "detached" });
  const escape = async (layer) => {
    await page.keyboard.press("Escape");
    await closed(layer);
  };

  // -- above the chat ------------------------------------------------------------------------
  const bubble = page.locator(".messages .line.out").last();
  await bubble.locator(".ticks").click();
  let layer = page.getByRole("dialog", { name: words("delivery_title") });
  await layer.waitFor();
  yield "delivery";
  await escape(layer);

  await bubble.hover();
  await bubble.getByRole("button", { name: words("more") }).click();
  layer = page.getByRole("menu");
  await layer.waitFor();
  yield "message menu";
  await escape(layer);

  await page.getByRole("button", { name: words("view_kind", { kind: words("kind_image") }) }).first().click();
  layer = page.getByRole("dialog", { name: words("kind_image") });
  await layer.locator("img").first().waitFor();
  yield "viewer";
  await escape(layer);

  await seller.composer.fill("/");
  layer = page.getByRole("listbox", { name: words("quick_replies") });
  await layer.getByRole("option").first().waitFor();
  yield "quick replies in the composer";
  await escape(layer);
  await seller.composer.fill("");

  await seller.button("emoji").click();
  layer = page.getByRole("dialog", { name: words("emoji") });
  await layer.waitFor();
  yield "emoji";
  await escape(layer);

  await page.locator(".messages button.link").first().click();
  layer = page.getByRole("dialog", { name: words("link_title") });
  await layer.waitFor();
  yield "link";
  await escape(layer);

  await seller.button("action_snooze").click();
  layer = page.getByRole("dialog", { name: words("snooze_title", { count: 1 }) });
  await layer.getByRole("listitem").nth(1).waitFor();
  yield "snooze";
  await escape(layer);

  // -- the lead ------------------------------------------------------------------------------
  const lead = page.getByRole("region", { name: new RegExp(`^${words("lead")} `) });
  // A narrow window shows the panel when it is asked for.
  const isDrawer = page.viewportSize().width < 1100;
  if (isDrawer) await seller.button("action_panel").click();
  await lead.getByRole("button", { name: new RegExp(`^${words("lead_status")}: `) }).click();
  layer = page.getByRole("menu");
  await layer.waitFor();
  yield "lead statuses";
  await escape(layer);
  await lead.getByRole("button", { name: new RegExp(`^${words("lead_score")}: `) }).click();
  layer = page.getByRole("dialog", { name: words("lead_score") });
  await layer.getByRole("textbox").fill("101");
  await layer.getByRole("alert").waitFor();
  yield "score";
  await escape(layer);
  await lead.getByRole("button", { name: words("lead_actions") }).click();
  await page.getByRole("menuitem", { name: words("lead_change_status") }).click();
  layer = page.getByRole("dialog", { name: words("lead_change_status") });
  await layer.getByText(words("sale_lost"), { exact: true }).click();
  await layer.getByText(words("lead_reason_choose"), { exact: true }).waitFor();
  yield "change a lead's status";
  await escape(layer);
  // Closed and open again: the panel tells both, with its history.
  await lead.getByRole("button", { name: new RegExp(`^${words("lead_status")}: `) }).click();
  await page.getByRole("menuitemcheckbox", { name: words("sale_converted"), exact: true }).click();
  await lead.getByRole("button", { name: words("lead_start_new"), exact: true }).waitFor();
  // What was said keeps the language in which it was said.
  await seller.toast.waitFor();
  await seller.button("dismiss").click();
  await seller.toast.waitFor({ state: "detached" });
  yield "a closed lead";
  if (isDrawer) {
    await page.getByRole("complementary", { name: words("contact") }).getByRole("button", { name: words("close_panel") }).click();
    await closed(lead);
  }

  // -- above the list ------------------------------------------------------------------------
  await seller.button("filter").click();
  layer = page.getByRole("dialog", { name: words("filter") });
  await layer.waitFor();
  yield "filters";
  await escape(layer);

  await seller.row("Bruno Dias").click({ button: "right" });
  layer = page.getByRole("menu");
  await layer.waitFor();
  yield "row menu";
  await layer.getByRole("menuitem", { name: words("mute"), exact: true }).click();
  await page.getByRole("menuitem", { name: words("mute_always"), exact: true }).waitFor();
  yield "mute a conversation";
  await page.keyboard.press("Escape");
  await page.getByRole("menuitem", { name: words("mute_always"), exact: true }).waitFor({ state: "detached" });
  await escape(layer);

  await seller.row("Bruno Dias").click({ modifiers: ["Control"] });
  layer = page.getByText(words("bulk_count", { count: 1, shown: 1 }));
  await layer.waitFor();
  yield "several picked";
  await seller.button("bulk_clear").click();
  await closed(layer);

  await seller.tab("tab_unread").waitFor();
  await page.keyboard.press("Control+f");
  const box = page.getByRole("combobox", { name: words("search"), exact: true });
  await box.fill("");
  await page.getByRole("heading", { name: words("search_help_title") }).waitFor();
  yield "search";
  await box.fill("mesa");
  await page.getByRole("option").first().waitFor();
  yield "search with hits";
  await box.fill("zzzz");
  await page.getByText(words("search_none", { text: "zzzz" })).waitFor();
  yield "search without hits";
  await seller.button("search_close").click();
  await closed(box);

  // -- above everything ----------------------------------------------------------------------
  await page.keyboard.press("Control+k");
  layer = page.getByRole("dialog", { name: words("palette_title") });
  await layer.getByRole("option").first().waitFor();
  yield "palette";
  await escape(layer);

  await page.locator("footer button.row").filter({ hasText: words("status_failed", { count: 1 }) }).click();
  layer = page.getByRole("dialog", { name: words("outbox_title") });
  await layer.getByRole("listitem").first().waitFor();
  yield "outbox";
  await escape(layer);

  await page.keyboard.press("g");
  await page.keyboard.press("n");
  layer = page.getByRole("grid", { name: words("alerts_title") });
  await layer.getByRole("row").first().waitFor();
  yield "notifications";
  await escape(layer);

  yield* board(seller);
  yield* directory(seller);
  yield* leadsScreens(seller, "Bruno Dias");
  yield* followUps(seller);

  // -- settings ------------------------------------------------------------------------------
  for (const section of [
    "settings_look",
    "settings_conversations",
    "alerts_title",
    "settings_keys",
    "settings_workspace",
    "sale_title",
    "quick_title",
    "exchange_title",
    "diag_title",
    "settings_about",
    "pin_box",
    "lines",
  ]) {
    await seller.settings(words(section));
    yield `settings: ${section}`;
    if (section === "alerts_title") yield* alerts(seller);
    if (section === "sale_title") yield* selling(seller);
    if (section === "exchange_title") yield* exchangeScreens(seller);
    if (section === "settings_about") {
      await seller.button("notices_show").click();
      await page.getByRole("textbox", { name: words("notices_find") }).fill("bits-ui");
      await page.locator("details summary").first().click();
      yield "third-party notices";
    }
  }
  await page.getByRole("listitem").getByRole("button").filter({ hasText: "Shop" }).click();
  await page.getByRole("button", { name: words("lines_disconnect"), exact: true }).waitFor();
  yield "a line";
  await page.locator("button.crumb").click();
  await page.getByRole("button", { name: words("lines_connect_title") }).click();
  layer = page.getByRole("dialog", { name: words("lines_connect_title") });
  await layer.getByLabel(words("lines_token"), { exact: true }).fill("hello");
  await layer.getByText(words("lines_advanced")).click();
  await layer.getByRole("button", { name: words("lines_check") }).click();
  await layer.getByRole("alert").waitFor();
  yield "connect a bot";
  await escape(layer);
  await seller.settings(words("quick_title"));
  await seller.button("quick_new").click();
  layer = page.getByRole("dialog", { name: words("quick_new") });
  await layer.waitFor();
  yield "a new quick reply";
  await escape(layer);
  await page.keyboard.press("?");
  layer = page.getByRole("dialog", { name: words("help_title") });
  await layer.waitFor();
  yield "keys";
  await escape(layer);

  // -- in front of other programs -------------------------------------------------------------
  await page.goto(await seller.replyBoxAddress("María Peña"));
  await page.getByRole("log", { name: words("reply_box_last") }).getByRole("article").nth(2).waitFor();
  yield "reply box";
  await page.locator("form.composer textarea").fill("/");
  layer = page.getByRole("listbox", { name: words("quick_replies") });
  await layer.getByRole("option").first().waitFor();
  yield "quick replies in the reply box";
  await escape(layer);
  await page.locator("form.composer textarea").fill("{{contact.email}}");
  await page.getByText(words("reason_missing", { fields: words("quick_var_email") })).waitFor();
  yield "reply box with a field to fill";
  await page.locator("form.composer textarea").fill("");
  await page.goto(seller.host.url);
  await page.getByRole("navigation", { name: words("rail_label") }).waitFor();

  // -- nothing of the work -------------------------------------------------------------------
  await seller.host.call("set_app_lock", { pin: PIN, after_minutes: 0 });
  await seller.host.call("lock_app", {});
  await page.getByRole("heading", { level: 1, name: words("pin_locked_title") }).waitFor();
  yield "locked by a PIN";
}

/** The directory with a person beside it, what is done to many, and the dialogs above it. */
async function* directory(seller) {
  const { page, words, host } = seller;
  const nobody = { about: "", tag_ids: [], responsible_id: null, source_id: null, with_lead: false };
  const one = await host.call("create_contact", { ...nobody, name: "María P.", phone: "+52 55 8765 4321", email: "maria@example.com" });
  await host.call("create_contact", { ...nobody, name: "Maria Peña S.", phone: "", email: "maria@example.com" });
  const gone = await host.call("create_contact", { ...nobody, name: "Ana Gone", phone: "", email: "" });
  await host.call("bulk_contacts", { id: crypto.randomUUID(), target: { what: "ids", ids: [gone.contact_id] }, deed: { do: "delete", with_history: false } });
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { level: 1, name: words("directory") }).waitFor();
  const row = page.locator(".directory [role=row]").filter({ hasText: "María P." });
  await row.getByRole("button").click();
  await page.getByText(words("same_email", { name: "Maria Peña S." })).waitFor();
  yield "directory";
  await row.getByRole("checkbox").check();
  const bulk = page.getByRole("toolbar", { name: words("directory_picked") });
  await bulk.waitFor();
  yield "contacts picked";
  await bulk.getByRole("button", { name: words("delete") }).click();
  let layer = page.getByRole("dialog");
  await layer.waitFor();
  yield "delete contacts";
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
  await bulk.getByRole("button", { name: words("bulk_clear") }).click();
  await page.getByRole("button", { name: words("merge_look") }).click();
  layer = page.getByRole("dialog", { name: words("merge_title") });
  await layer.getByText(words("merge_brings"), { exact: true }).waitFor();
  yield "merge contacts";
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
  await page.getByRole("button", { name: words("duplicates"), exact: true }).click();
  layer = page.getByRole("dialog", { name: words("duplicates_title") });
  await layer.getByRole("tab", { name: words("duplicates_by_email") }).click();
  await layer.getByText("Maria Peña S.").waitFor();
  yield "duplicates";
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
  await page.getByRole("button", { name: words("contact_new"), exact: true }).click();
  layer = page.getByRole("dialog", { name: words("contact_new_title") });
  await layer.getByLabel(words("contact_name"), { exact: true }).fill("Maria");
  await layer.getByLabel(words("contact_phone"), { exact: true }).fill("+52 1 55 8765 4321");
  await layer.getByText(words("same_phone_spelled", { name: "María P." })).waitFor();
  yield "new contact";
  await page.keyboard.press("Escape");
  await layer.waitFor({ state: "detached" });
  await page.locator(".directory").getByRole("tab", { name: words("directory_bin") }).click();
  await page.locator(".directory [role=row]").filter({ hasText: "Ana Gone" }).waitFor();
  yield "bin";
  await page.locator(".directory").getByRole("tab", { name: words("directory_all") }).click();
  await host.call("bulk_contacts", { id: crypto.randomUUID(), target: { what: "ids", ids: [one.contact_id] }, deed: { do: "delete", with_history: false } });
}

/** The board with cards of each kind, everything above it, and a chat beside it. */
async function* board(seller) {
  const { page, host, words } = seller;
  await seller.board();
  await seller.card("Bruno Dias").waitFor();
  // Her lead was closed on the way here: the next one begins.
  const { rows } = await host.call("list_conversations", { view: {}, limit: 50 });
  await host.call("open_leads", { contact_ids: [rows.find((row) => row.name === "María Peña").contact_id] });
  await seller.card("María Peña").waitFor();
  const { intake, statuses } = await host.call("get_sale");
  const cards = await host.call("list_cards", { stage_id: intake.id, order: "lifted", offset: 0, limit: 9 });
  const lead = (who) => [cards.find((card) => card.name === who).lead.id];
  const qualified = statuses.find((status) => status.code === "qualified").id;
  await host.call("change_leads", { lead_ids: lead("María Peña"), patch: { status: { status_id: qualified }, marker: "urgent" } });
  await seller.card("María Peña").locator(".status").waitFor();
  yield "board";

  const closed = (layer) => layer.waitFor({ state: "detached" });
  await seller.card("Bruno Dias").click({ button: "right" });
  const menu = page.getByRole("menu").first();
  await menu.waitFor();
  yield "card menu";
  await menu.getByRole("menuitem", { name: words("board_marker"), exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: words("marker_name_urgent") }).waitFor();
  yield "marker menu";
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await closed(page.getByRole("menu"));

  await page.keyboard.press("m");
  const rail = page.getByRole("group", { name: words("board_outcomes") });
  await rail.waitFor();
  await page.keyboard.press("ArrowRight");
  yield "moving a card";
  await page.keyboard.press("l");
  const why = page.getByRole("dialog", { name: words("board_lost_title", { name: "Bruno Dias" }) });
  await why.waitFor();
  yield "why a lead is lost";
  await page.keyboard.press("Escape");
  await closed(why);

  await seller.card("Bruno Dias").click();
  const beside = page.getByRole("complementary", { name: words("board_chat_of", { name: "Bruno Dias" }) });
  await beside.waitFor();
  await seller.composer.waitFor();
  yield "chat beside the board";
  await page.keyboard.press("Escape");
  await closed(beside);
  await seller.inbox();
}

/** Planning a follow-up, the agenda as a list and as a calendar, and what closing a lead takes along. */
async function* followUps(seller) {
  const { page, host, words } = seller;
  const closed = (layer) => layer.waitFor({ state: "detached" });
  const escape = async (layer) => {
    await page.keyboard.press("Escape");
    await closed(layer);
  };
  const { rows } = await host.call("list_conversations", { view: {}, limit: 50 });
  const bruno = rows.find((row) => row.name === "Bruno Dias");
  const plan = (no, due_in_ms, more) =>
    host.call("save_follow_up", {
      follow_up_id: `01930000-0000-7000-8000-00000000000${no}`,
      lead_id: bruno.lead.id,
      kind: "task",
      due_at_ms: Date.now() + due_in_ms,
      cancel_if_reply: false,
      ...more,
    });
  // Still today, however late it is: the week that is shown is this one.
  const untilMidnight_ms = new Date().setHours(24, 0, 0, 0) - Date.now();
  await plan(1, Math.min(3_600_000, Math.floor(untilMidnight_ms / 2)), { note: "Supercali" });
  await plan(2, 5 * 86_400_000, {
    kind: "message",
    message: { conversation_id: bruno.id, body: { kind: "text", text: "Supercali" } },
  });
  await seller.openChat("Bruno Dias");
  const inMenu = async () => {
    await page.getByRole("main").getByRole("button", { name: words("more"), exact: true }).first().click();
    await page.getByRole("menuitem", { name: words("follow_new") }).click();
  };
  await inMenu();
  let layer = page.getByRole("dialog", { name: words("follow_new") });
  await layer.waitFor();
  yield "a new task";
  await layer.getByText(words("follow_kind_message"), { exact: true }).click();
  await layer.getByLabel(words("follow_time"), { exact: true }).fill("23:30");
  await layer.getByText(words("follow_at_night")).waitFor();
  yield "a new scheduled message";
  await escape(layer);

  await page.getByRole("navigation", { name: words("rail_label") }).getByRole("button", { name: new RegExp(`^${words("agenda")}`) }).click();
  await page.getByRole("main").getByRole("tab", { name: new RegExp(`^${words("follow_later")}`) }).click();
  await page.locator("[data-follow-up]").first().waitFor();
  yield "agenda";
  await page.locator("[data-follow-up]").first().click({ button: "right" });
  layer = page.getByRole("menu");
  await layer.waitFor();
  yield "menu of a follow-up";
  await escape(layer);
  await page.locator("label").filter({ has: page.getByRole("radio", { name: words("follow_as_calendar") }) }).click();
  await page.locator("table[role=grid]").waitFor();
  yield "agenda as a month";
  await page.locator("label").filter({ has: page.getByRole("radio", { name: words("follow_week") }) }).click();
  await page.locator("table[role=grid]").getByText("Supercali").first().waitFor();
  yield "agenda as a week";
  await page.locator("label").filter({ has: page.getByRole("radio", { name: words("follow_as_list") }) }).click();
  await page.getByRole("main").getByRole("tab", { name: new RegExp(`^${words("follow_ended")}`) }).click();
  await page.getByText(words("follow_empty_ended"), { exact: true }).waitFor();
  yield "an empty agenda";

  await seller.board();
  await seller.card("Bruno Dias").click({ button: "right" });
  await page.getByRole("menuitem", { name: words("board_outcome_won"), exact: true }).click();
  layer = page.getByRole("dialog", { name: words("follow_close_won", { name: "Bruno Dias" }) });
  await layer.getByText(words("follow_will_cancel", { count: 2, shown: 2 })).waitFor();
  yield "closing a lead that has follow-ups";
  await escape(layer);
  await seller.inbox();
}

/** The notifications page with quiet hours, a panel of tones, the log, and once with everything broken. */
async function* alerts(seller) {
  const { page, words } = seller;
  await page.getByRole("switch", { name: words("alerts_quiet") }).click();
  await page.getByRole("list", { name: words("alerts_quiet") }).waitFor();
  // What was said keeps the language in which it was said.
  await seller.toast.waitFor();
  await seller.button("dismiss").click();
  await seller.toast.waitFor({ state: "detached" });
  yield "quiet hours";
  await page.getByRole("button", { name: words("alerts_tone_of", { name: words("alert_event_line_down") }) }).click();
  const panel = page.getByRole("dialog", { name: words("alerts_tone_of", { name: words("alert_event_line_down") }) });
  await panel.waitFor();
  yield "tone and volume";
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.getByRole("button", { name: words("alert_log") }).click();
  await page.getByRole("list", { name: words("alert_log") }).getByRole("listitem").first().waitFor();
  yield "why it was not heard";
  await page.locator("button.crumb").click();
  const broken = { abilities: { buttons: false }, banners: "notifications_not_allowed", server: null, sound: "SOUND_BUSY", missing_tones: [], misses_tone: false };
  await page.route("**/call/get_alert_health", (route) => route.fulfill({ json: broken }));
  await seller.button("alerts_health_again").click();
  await page.getByText(words("error_notifications_not_allowed")).waitFor();
  yield "notifications that are broken";
  await page.unroute("**/call/get_alert_health");
  await seller.button("alerts_health_again").click();
  await page.getByText(words("error_notifications_not_allowed")).waitFor({ state: "detached" });
}

async function quiet(seller) {
  await seller.toast.first().waitFor();
  while (await seller.toast.first().isVisible()) await seller.button("dismiss").first().click();
}

/** What leads point to: each catalogue, and what is made and moved in it. */
async function* selling(seller) {
  const { page, words } = seller;
  const tab = (key) => page.getByRole("tab", { name: words(key), exact: true }).click();
  const closed = async (layer) => {
    await page.keyboard.press("Escape");
    await layer.waitFor({ state: "detached" });
  };
  await seller.button("sale_new_status").click();
  let layer = page.getByRole("dialog", { name: words("sale_new_status") });
  await layer.getByLabel(words("sale_name"), { exact: true }).fill("Supercali");
  await layer.getByLabel(words("sale_color_hex")).fill("#12");
  await layer.getByRole("alert").waitFor();
  yield "a new lead status";
  await closed(layer);
  await tab("sale_funnels");
  yield "funnels";
  await seller.button("sale_edit", { name: words("sale_sales") }).click();
  layer = page.getByRole("dialog", { name: words("sale_edit_funnel") });
  await layer.waitFor();
  yield "a funnel";
  await layer.getByRole("button", { name: words("sale_add_stage") }).click();
  await layer.getByRole("textbox", { name: words("sale_stage_name") }).last().fill("Supercali");
  await layer.getByRole("button", { name: words("sale_color_of", { name: "Supercali" }) }).click();
  const colors = page.getByRole("dialog", { name: words("sale_color_of", { name: "Supercali" }) });
  await colors.waitFor();
  yield "a stage's colour";
  await closed(colors);
  await closed(layer);
  await tab("sale_sources");
  await page.getByRole("textbox", { name: words("sale_new_source") }).fill(words("sale_import"));
  await page.getByRole("alert").waitFor();
  yield "sources";
  await tab("sale_reasons");
  yield "lost reasons";
  await tab("tags");
  await page.getByRole("textbox", { name: words("tag_new") }).fill("Supercali");
  await page.keyboard.press("Enter");
  await seller.button("tag_merge", { name: "Supercali" }).waitFor();
  await page.getByRole("textbox", { name: words("tag_new") }).fill("Supercalifragil");
  await page.keyboard.press("Enter");
  await seller.button("tag_merge", { name: "Supercalifragil" }).waitFor();
  // What was said keeps the language in which it was said.
  await quiet(seller);
  yield "tags";
  await seller.button("tag_merge", { name: "Supercali" }).click();
  layer = page.getByRole("dialog", { name: words("tag_merge", { name: "Supercali" }) });
  await layer.waitFor();
  yield "two tags that become one";
  await closed(layer);
  await tab("sale_first");
  yield "first messages";
  await tab("sale_options");
  yield "options of the sale";
}

/** Customers who send something of each kind; one answer that was delivered, one that failed. */
async function fill(seller) {
  const { page, simulator, host, words } = seller;
  await host.call("save_quick_reply", { id: null, shortcut: "bank", title: "Bank details", body: "Account 0123", attachments: [] });
  const picture = await page.screenshot({ type: "png", clip: { x: 200, y: 0, width: 480, height: 320 } });
  const voice = await readFile(VOICE);
  const media = (kind, name, mime, bytes, caption) => ({
    body: {
      kind: "media",
      media: kind,
      file: { file: { state: "waiting", remote: "" }, name, mime, size_bytes: bytes.length },
      caption,
    },
    file: { name, mime, media: kind, bytes: bytes.toString("base64") },
  });
  const maria = "María Peña";
  await simulator.write(maria, "¿Tienen mesa de nogal? Es como esta: https://shop.example/mesas/12");
  await simulator.write(maria, "", media("image", "sala.png", "image/png", picture, "Mi sala"));
  await simulator.write(maria, "", media("document", "plano con un nombre bastante largo.pdf", "application/pdf", Buffer.from("%PDF-1.4"), null));
  await simulator.write(maria, "", media("voice", "nota.ogg", "audio/ogg", voice, null));
  await simulator.write(maria, "", { body: { kind: "location", latitude: 19.35, longitude: -99.16, name: "Casa", address: "Coyoacán" } });
  await simulator.write(maria, "", { body: { kind: "contact", name: "Luis", phones: ["+525512345678"] } });
  await simulator.write(maria, "", { body: { kind: "unsupported", what: "story" } });
  await simulator.write("Bruno Dias", "Oi, tem mesa?");
  await simulator.write("Supercalifragilisticoespialidoso de la Santísima Trinidad y Ñandú", "x".repeat(120));
  await seller.openChat(maria);
  await seller.send("Sí, la tenemos. ¿La quiere en gris?");
  await page.getByRole("button", { name: `${words("delivery_title")}: ${words("delivery_read")}` }).waitFor();
  await simulator.faults({ fail_next: 1, fail_code: "BLOCKED_BY_CUSTOMER" });
  await seller.send("Cuesta 4,500");
  await page.getByText(words("failed_because", { reason: words("error_blocked_by_customer") })).waitFor();
}
