// Notifications as a person meets them in the window: what tells, what is muted, what is broken, and why.
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { eventually, flow } from "../lib/flow.mjs";

const BROKEN = {
  abilities: { banner: false, click: false, buttons: false, inline_text: false, replace: false, remove: false, persistence: false, body_markup: false },
  banners: "no_notification_service",
  server: null,
  sound: "SOUND_NO_DEVICE",
  missing_tones: [],
  misses_tone: false,
};

const settingsOf = (seller) => seller.host.call("get_alert_settings");
/** The id of a person's chat. */
async function chatOf(seller, who) {
  const view = {
    scope: "open",
    tab: "all",
    order: "newest",
    filter: { line_ids: [], line_types: [], since_ms: null, until_ms: null, waiting_on: null, window: null, tag_ids: [], has_draft: false, has_failed: false },
  };
  const { rows } = await seller.host.call("list_conversations", { view, after: null, from_index: null, limit: 50 });
  return rows.find((row) => row.name === who)?.id;
}
/** Resolves once the window has told the app that it shows this chat (null: none). */
function toldOf(page, open_chat) {
  return page.waitForResponse(
    (answer) => answer.url().endsWith("/call/report_presence") && answer.request().postDataJSON().open_chat === open_chat,
  );
}
/** The reasons of the newest message of a chat, once it is in the log. */
async function reasonsOf(seller, id, entries) {
  await eventually(async () => (await seller.host.call("list_alert_log", { conversation_id: id, before: null })).length, entries, "an entry for each message");
  const [{ entry }] = await seller.host.call("list_alert_log", { conversation_id: id, before: null });
  return { banner: entry.banner?.why, sound: entry.sound?.why, badge: entry.badge?.why };
}
/** The page hears what the app says, and what the test says in its place. */
async function speakAsTheApp(page) {
  let wire;
  await page.routeWebSocket(/\/events$/, (socket) => {
    socket.connectToServer();
    wire = socket;
  });
  await page.reload();
  return (event) => wire.send(JSON.stringify(event));
}

flow("the sound for each message is on, switched off at once, tried and taken back", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await seller.settings(words("alerts_title"));
  const sound = page.getByRole("switch", { name: words("alerts_sound_each") });
  assert.equal(await sound.getAttribute("aria-checked"), "true", "on from the first message");
  await seller.button("alerts_test").click();
  await seller.toast
    .filter({ hasText: words("alerts_tested", { banner: words("why_done_banner"), sound: words("why_done_sound") }) })
    .waitFor();

  await sound.focus();
  await page.keyboard.press("Space");
  await eventually(async () => (await settingsOf(seller)).events.message.sound, false, "kept at once");
  assert.equal(await page.getByRole("checkbox", { name: words("alerts_switch_of", { event: words("alert_event_message"), way: words("alerts_sound") }) }).isChecked(), false, "the matrix is the same switch");
  await simulator.write("Bruno Dias", "Oi");
  await eventually(async () => (await chatOf(seller, "Bruno Dias")) !== undefined, true, "the message is there");
  const silent = await reasonsOf(seller, await chatOf(seller, "Bruno Dias"), 1);
  assert.deepEqual([silent.sound, silent.badge], ["event_off", "done"], "no restart, no sound, and counted all the same");
  await page.keyboard.press("Control+z");
  await eventually(async () => (await settingsOf(seller)).events.message.sound, true, "taken back");
  await page.waitForFunction((label) => [...document.querySelectorAll("[role=switch]")].some((e) => e.getAttribute("aria-checked") === "true" && document.getElementById(e.getAttribute("aria-labelledby"))?.textContent === label), words("alerts_sound_each"));
});

flow("tones, volume, switches, a line, quiet hours and the rest are kept at once", {}, async (seller) => {
  const { page, host, words } = seller;
  const bank = await host.call("save_quick_reply", { id: null, shortcut: "bank", title: "Bank details", body: "Account 0123", attachments: [] });
  await seller.settings(words("alerts_title"));
  await page.getByRole("radiogroup", { name: words("alerts_tone_message") }).getByText(words("tone_alarm")).click();
  const played = page.waitForRequest((request) => request.url().endsWith("/call/play_tone"));
  await seller.button("alerts_tone_play", { tone: words("tone_alarm") }).click();
  assert.deepEqual((await played).postDataJSON(), { tone: { from: "built_in", tone: "alarm" }, volume: 80 }, "heard as it will be");
  const volume = page.getByRole("slider", { name: words("alerts_volume") });
  await volume.focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("checkbox", { name: words("alerts_switch_of", { event: words("alert_event_line_back"), way: words("alerts_banner") }) }).uncheck();
  assert.equal(
    await page.getByRole("checkbox", { name: words("alerts_switch_of", { event: words("alert_event_line_down"), way: words("alerts_badge") }) }).count(),
    0,
    "the badge counts conversations: a lost line has no switch for it",
  );

  await page.getByRole("button", { name: words("alerts_tone_of", { name: "Shop" }) }).click();
  await page.getByRole("dialog").getByText(words("tone_bird")).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: words("alerts_line_mute", { name: "Shop" }) }).click();
  await page.getByRole("menuitem", { name: words("mute_always"), exact: true }).click();
  await page.getByRole("button", { name: words("alerts_line_mute", { name: "Shop" }) }).filter({ hasText: words("alerts_muted") }).waitFor();

  await page.getByRole("switch", { name: words("alerts_quiet") }).click();
  await page.getByRole("checkbox", { name: words("alerts_quiet_day", { day: "Sunday" }) }).uncheck();
  const from = page.getByLabel(words("alerts_quiet_from", { day: "Monday" }), { exact: true });
  await from.fill("08:00");
  await page.getByRole("alert").filter({ hasText: words("error_alert_quiet_empty") }).waitFor();
  await from.fill("22:15");
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByRole("radiogroup", { name: words("alerts_front") }).getByText(words("alerts_front_nothing")).click();
  await page.getByRole("radiogroup", { name: words("alerts_preview") }).getByText(words("alerts_preview_name")).click();
  await page.getByRole("radiogroup", { name: words("alerts_repeat") }).getByText(words("alerts_repeat_minute")).click();
  await page.getByRole("switch", { name: words("alerts_dnd") }).click();
  await page.getByLabel(words("alerts_answer_first"), { exact: true }).click();
  await page.getByRole("option", { name: "Bank details" }).click();

  const line = (await host.call("list_lines"))[0].id;
  const day = { from_minute: 1200, to_minute: 480 };
  await eventually(
    async () => {
      const now = await settingsOf(seller);
      return {
        message: now.events.message,
        back: now.events.line_back.banner,
        line: now.lines[line],
        quiet: now.quiet_hours,
        front: now.when_focused,
        preview: now.preview,
        repeat: now.repeat,
        dnd: now.follow_system_dnd,
        answers: now.quick_answers.length,
      };
    },
    {
      message: { banner: true, sound: true, badge: true, tone: { from: "built_in", tone: "alarm" }, volume: 75 },
      back: false,
      line: { tone: { from: "built_in", tone: "bird" }, mute: {} },
      quiet: { on: true, days: [{ from_minute: 1335, to_minute: 480 }, day, day, day, day, day, null] },
      front: "nothing",
      preview: "name",
      repeat: "minute",
      dnd: false,
      answers: 1,
    },
    "every change is kept without a button",
  );
  assert.ok(bank, "there was a quick reply to choose");
  await seller.button("alerts_quiet_same").click();
  await eventually(
    async () => (await settingsOf(seller)).quiet_hours.days.map((span) => span?.from_minute),
    Array(7).fill(1335),
    "all days as the first",
  );
  await page.reload();
  await page.getByRole("navigation", { name: words("rail_label") }).waitFor();
  await seller.settings(words("alerts_title"));
  await page.getByRole("radio", { name: words("tone_alarm") }).and(page.locator(":checked")).waitFor({ state: "attached" });
});

flow("a muted conversation keeps silent, says so in the list, and is heard again", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await simulator.write("Carla Ruiz", "Hola");
  await seller.row("Bruno Dias").waitFor();
  await seller.openChat("Carla Ruiz");
  const bruno = await chatOf(seller, "Bruno Dias");
  // By the keys alone: to the row, its menu, into "Mute", and "Always".
  await seller.row("Bruno Dias").click({ button: "right" });
  await page.getByRole("menu").waitFor();
  const mute = page.getByRole("menuitem", { name: words("mute"), exact: true });
  for (let press = 0; press < 6 && !(await mute.evaluate((e) => e === document.activeElement)); press++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const always = page.getByRole("menuitem", { name: words("mute_always"), exact: true });
  await always.waitFor();
  await page.keyboard.press("Escape");
  await always.waitFor({ state: "detached" });
  assert.equal(await mute.evaluate((e) => e === document.activeElement), true, "Esc closes the top layer only");
  await page.keyboard.press("ArrowRight");
  await always.waitFor();
  for (let press = 0; press < 6 && !(await always.evaluate((e) => e === document.activeElement)); press++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await seller.toast.filter({ hasText: words("did_mute") }).waitFor();
  await seller.row("Bruno Dias").locator(".mute").waitFor();
  await page.getByRole("row", { name: new RegExp(`Bruno Dias.*${words("alerts_muted")}`) }).waitFor();
  const before = (await seller.host.call("list_alert_log", { conversation_id: bruno, before: null })).length;
  await simulator.write("Bruno Dias", "Ainda está aí?");
  assert.deepEqual(await reasonsOf(seller, bruno, before + 1), { banner: "chat_muted", sound: "chat_muted", badge: "chat_muted" }, "nothing told of it");

  await seller.openChat("Bruno Dias");
  await page.locator("header .mute").waitFor();
  await page.locator("main").getByRole("button", { name: words("more"), exact: true }).first().click();
  await page.getByRole("menuitem", { name: words("alerts_muted"), exact: true }).hover();
  await page.getByRole("menuitem", { name: words("unmute"), exact: true }).click();
  await seller.row("Bruno Dias").locator(".mute").waitFor({ state: "detached" });
  assert.deepEqual((await settingsOf(seller)).muted_chats, {}, "heard again");
  await page.keyboard.press("Control+z");
  await seller.row("Bruno Dias").locator(".mute").waitFor();
  await page.keyboard.press("Escape");
  await seller.palette(words("action_unmute"));
  await seller.row("Bruno Dias").locator(".mute").waitFor({ state: "detached" });
  await seller.palette(words("action_mute_one_hour"));
  await seller.row("Bruno Dias").locator(".mute").waitFor();
  const { until_ms } = (await settingsOf(seller)).muted_chats[bruno];
  const minutes = (until_ms - Date.now()) / 60_000;
  assert.ok(minutes > 58 && minutes < 61, `an hour from now, not ${minutes} minutes`);
});

flow("why a message was not heard is said in words, for one conversation or all", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await simulator.write("Carla Ruiz", "Hola");
  await seller.row("Carla Ruiz").waitFor();
  const bruno = await chatOf(seller, "Bruno Dias");
  const seen = toldOf(page, bruno);
  await seller.openChat("Bruno Dias");
  await seen;
  const before = (await seller.host.call("list_alert_log", { conversation_id: bruno, before: null })).length;
  await simulator.write("Bruno Dias", "Está aí?");
  const onScreen = await reasonsOf(seller, bruno, before + 1);
  assert.deepEqual([onScreen.banner, onScreen.sound], ["on_screen", "on_screen"], "it was under the seller's eyes");
  // In the settings no chat is on screen.
  const left = toldOf(page, null);
  await page.locator("main").getByRole("button", { name: words("more"), exact: true }).first().click();
  await page.getByRole("menuitem", { name: words("alert_log") }).click();
  await left;
  const list = page.getByRole("list", { name: words("alert_log") });
  await list.getByText(words("why_on_screen")).first().waitFor();
  assert.equal(await list.getByText("Carla Ruiz").count(), 0, "of this conversation alone");

  await simulator.write("Bruno Dias", "Oi?");
  const entries = await list.getByRole("listitem").count();
  await list.getByRole("listitem").nth(before + 1).waitFor();
  assert.ok(entries >= before + 1, "what comes meanwhile is added");
  const away = await reasonsOf(seller, bruno, before + 2);
  assert.equal(away.banner, "focused", "Embudo was in front, but not this conversation");
  assert.notEqual(away.sound, "on_screen");

  await page.getByLabel(words("alert_log_of_chat"), { exact: true }).click();
  await page.getByRole("option", { name: words("alert_log_all") }).click();
  await list.getByText("Carla Ruiz").first().waitFor();
  await list.getByRole("button", { name: "Carla Ruiz" }).first().click();
  await page.getByRole("heading", { level: 2, name: "Carla Ruiz", exact: true }).waitFor();
});

flow("a banner opens its conversation at its message, the unread, the failed, the lines", { settings: { keep_unread_until_reply: true } }, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "A primeira de todas");
  for (let i = 0; i < 30; i++) await simulator.write("Bruno Dias", `Mensagem ${i}`);
  await simulator.write("Carla Ruiz", "Hola");
  await seller.row("Bruno Dias").filter({ hasText: "Mensagem 29" }).waitFor();
  await seller.row("Carla Ruiz").waitFor();
  const say = await speakAsTheApp(page);
  await seller.row("Carla Ruiz").waitFor();
  await seller.openChat("Carla Ruiz");
  await simulator.faults({ fail_next: 1, fail_code: "BLOCKED_BY_CUSTOMER" });
  await seller.send("Sí");
  await page.getByText(words("failed_because", { reason: words("error_blocked_by_customer") })).waitFor();
  const bruno = await chatOf(seller, "Bruno Dias");
  const { messages } = await seller.host.call("list_messages", { conversation_id: bruno, at: { at: "oldest" }, limit: 5, with_events: false });
  const first = messages.find((message) => message.body.text === "A primeira de todas");

  await seller.settings(words("alerts_title"));
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: words("help_title") }).waitFor();
  say({ event: "open_requested", opens: { open: "chat", conversation_id: bruno, message_id: first.id } });
  await page.getByRole("heading", { level: 2, name: "Bruno Dias", exact: true }).waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForFunction((id) => {
    const box = document.getElementById(`message-${id}`)?.getBoundingClientRect();
    return box && box.top >= 0 && box.bottom <= innerHeight;
  }, first.id);
  await page.waitForFunction(() => document.activeElement?.matches("form.composer textarea"));

  say({ event: "open_requested", opens: { open: "unread" } });
  await page.getByRole("tab", { name: words("tab_unread"), selected: true }).waitFor();
  say({ event: "open_requested", opens: { open: "failed" } });
  await seller.row("Bruno Dias").waitFor({ state: "detached" });
  await seller.row("Carla Ruiz").waitFor();
  await page.getByRole("button", { name: words("remove_filter", { name: words("filter_failed") }) }).waitFor();
  say({ event: "open_requested", opens: { open: "lines" } });
  await page.getByRole("heading", { level: 2, name: words("lines"), exact: true }).first().waitFor();
  say({ event: "open_requested", opens: { open: "alerts" } });
  await page.getByRole("heading", { level: 2, name: words("alerts_title"), exact: true }).first().waitFor();

  // Behind the lock of the screen it waits for the one who may see it.
  await seller.host.call("set_app_lock", { pin: "2468", after_minutes: 0 });
  await seller.host.call("lock_app", {});
  await page.getByRole("heading", { level: 1, name: words("pin_locked_title") }).waitFor();
  say({ event: "open_requested", opens: { open: "chat", conversation_id: bruno, message_id: first.id } });
  await seller.host.call("unlock_app", { pin: "2468" });
  await page.getByRole("heading", { level: 2, name: "Bruno Dias", exact: true }).waitFor();
});

flow("what no banner can say is said in the window and opens from there", {}, async (seller) => {
  const { page, simulator, words } = seller;
  await simulator.write("Bruno Dias", "Oi");
  await seller.row("Bruno Dias").waitFor();
  const say = await speakAsTheApp(page);
  await seller.row("Bruno Dias").waitFor();
  await seller.settings(words("alerts_title"));
  const bruno = await chatOf(seller, "Bruno Dias");
  say({ event: "alert", title: "Bruno Dias", text: "Oi", opens: { open: "chat", conversation_id: bruno, message_id: null } });
  const toast = page.getByRole("group", { name: "Bruno Dias: Oi" });
  await toast.getByRole("button", { name: words("open"), exact: true }).click();
  await page.getByRole("heading", { level: 2, name: "Bruno Dias", exact: true }).waitFor();
  await toast.waitFor({ state: "detached" });
});

flow("who shares their screen says so, and banners name nobody until it is taken back", {}, async (seller) => {
  const { page, host, words } = seller;
  const hiding = async () => (await host.call("get_alert_health")).hiding;
  const bar = page.getByRole("contentinfo", { name: words("status_bar") });
  await seller.settings(words("alerts_title"));
  // This host tells of "do not disturb" and, as nearly every desktop, nothing of a shared screen.
  await page.getByRole("switch", { name: words("alerts_dnd") }).waitFor();
  assert.equal(await page.getByRole("switch", { name: words("alerts_sharing") }).count(), 0, "no switch that does nothing");
  await page.getByText(words("alerts_sharing_untold")).waitFor();

  await seller.button("alerts_hide_hour").click();
  await seller.toast.filter({ hasText: words("did_hide_names") }).waitFor();
  const hidden = await hiding();
  assert.ok(Math.abs(hidden.until_ms - Date.now() - 3_600_000) < 60_000, `for an hour: ${hidden.until_ms}`);
  const sign = bar.getByRole("button").filter({ hasText: words("alerts_hidden") });
  await sign.waitFor();
  await sign.click();
  await sign.waitFor({ state: "detached" });
  assert.equal(await hiding(), null);
  await seller.button("alerts_hide_hour").waitFor();

  // From anywhere, by the palette; it holds while the page is read anew.
  await seller.palette(`${words("alerts_hide")}: ${words("alerts_hide_for_now")}`);
  await sign.waitFor();
  assert.deepEqual(await hiding(), { until_ms: null });
  await page.reload();
  await sign.waitFor();
  await seller.palette(words("alerts_show_names"));
  await sign.waitFor({ state: "detached" });
  assert.equal(await hiding(), null);
});

flow("a desktop that tells more or less has the switches that do something", {}, async (seller) => {
  const { page, words } = seller;
  const health = await seller.host.call("get_alert_health");
  let told = { dnd: null, sharing: true };
  await page.route("**/call/get_alert_health", (route) => route.fulfill({ json: { ...health, ...told } }));
  await page.reload();
  await seller.settings(words("alerts_title"));
  await page.getByRole("switch", { name: words("alerts_sharing") }).waitFor();
  assert.equal(await page.getByText(words("alerts_sharing_untold")).count(), 0);
  await page.getByText(words("alerts_dnd_untold"), { exact: true }).waitFor();
  assert.equal(await page.getByRole("switch", { name: words("alerts_dnd") }).count(), 0);
  told = { dnd: true, sharing: null };
  await seller.button("alerts_health_again").click();
  await page.getByRole("switch", { name: words("alerts_dnd") }).waitFor();
  await page.getByText(words("alerts_dnd_now"), { exact: true }).waitFor();
  await page.unroute("**/call/get_alert_health");
});

flow("what of notifications is broken is marked on the rail and says how to mend it", {}, async (seller) => {
  const { page, words } = seller;
  await page.route("**/call/get_alert_health", (route) => route.fulfill({ json: BROKEN }));
  const rail = page.getByRole("navigation", { name: words("rail_label") });
  assert.equal(await rail.getByRole("button", { name: words("alerts_health_bad") }).count(), 0, "all is well at first");
  await page.reload();
  await rail.getByRole("button", { name: `${words("settings")}: ${words("alerts_health_bad")}` }).click();
  await page.getByRole("navigation", { name: words("settings") }).getByRole("button", { name: words("alerts_title") }).click();
  for (const key of ["error_no_notification_service", "alert_fix_no_notification_service", "error_sound_no_device", "alert_fix_sound_no_device", "alerts_health_stream"])
    await page.getByText(words(key), { exact: true }).waitFor();
  await page.unroute("**/call/get_alert_health");
  await seller.button("alerts_health_again").click();
  await page.getByText(words("error_no_notification_service")).waitFor({ state: "detached" });
  await rail.getByRole("button", { name: words("settings"), exact: true }).waitFor();
});

flow("everything is muted for an hour, says so at the foot of the window, and is heard again", {}, async (seller) => {
  const { page, words } = seller;
  await seller.settings(words("alerts_title"));
  await page.getByRole("button", { name: words("mute"), exact: true }).click();
  await page.getByRole("menuitem", { name: words("mute_one_hour"), exact: true }).click();
  await eventually(async () => (await settingsOf(seller)).muted?.until_ms > Date.now() + 3_500_000, true, "for an hour");
  const foot = page.getByRole("contentinfo").getByRole("button", { name: words("alerts_all_muted_until", { when: "" }).trim() });
  await foot.waitFor();
  await foot.click();
  await eventually(async () => (await settingsOf(seller)).muted, null, "heard again");
  await foot.waitFor({ state: "detached" });
});

flow("quiet hours that hold are said beside their switch, at the foot of the window and by the test", {}, async (seller) => {
  const { page, words } = seller;
  await seller.settings(words("alerts_title"));
  const now = await settingsOf(seller);
  // From an hour ago to an hour from now, every day: also in a test that runs at midnight.
  const minute = await page.evaluate(() => new Date().getHours() * 60 + new Date().getMinutes());
  const day = { from_minute: (minute + 1380) % 1440, to_minute: (minute + 60) % 1440 };
  await seller.host.call("save_alert_settings", { ...now, quiet_hours: { on: true, days: Array(7).fill(day) } });
  const quiet = words("alerts_quiet_now", { when: "" }).trim();
  await page.locator("main").getByText(quiet).waitFor();
  const foot = page.getByRole("contentinfo").getByRole("button", { name: quiet });
  await foot.waitFor();
  await seller.button("alerts_test").click();
  await seller.toast.filter({ hasText: words("alerts_tested_silent", { why: "" }).trim() }).waitFor();
  await page.getByRole("switch", { name: words("alerts_quiet") }).click();
  await foot.waitFor({ state: "detached" });
});

flow("a tone that no device plays is said in words", {}, async (seller) => {
  const { page, words } = seller;
  await seller.settings(words("alerts_title"));
  await page.route("**/call/play_tone", (route) => route.fulfill({ json: {} }));
  await page.route("**/call/get_alert_health", (route) => route.fulfill({ json: BROKEN }));
  await seller.button("alerts_tone_play", { tone: words("tone_alarm") }).click();
  await seller.toast.filter({ hasText: words("error_sound_no_device") }).waitFor();
});

flow("closing the window and starting with the system are chosen where there is a desktop", {}, async (seller) => {
  const { page, words } = seller;
  await seller.settings(words("alerts_title"));
  await page.getByRole("switch", { name: words("alerts_quiet") }).waitFor();
  assert.equal(await page.getByRole("switch", { name: words("alerts_keep_running") }).count(), 0, "a page has no tray");

  const desktop = { tray: "absent", starts_with_system: false };
  await page.route(/\/call\/get_desktop$/, (route) => route.fulfill({ json: desktop }));
  await page.route(/\/call\/set_start_with_system$/, (route) => {
    desktop.starts_with_system = route.request().postDataJSON().on;
    return route.fulfill({ json: {} });
  });
  await page.reload();
  await seller.settings(words("alerts_title"));
  await page.getByText(words("alerts_keep_running_no_tray")).waitFor();
  const start = page.getByRole("switch", { name: words("alerts_autostart") });
  await start.click();
  await eventually(() => start.getAttribute("aria-checked"), "true", "as the system has it now");
  await page.getByRole("switch", { name: words("alerts_keep_running") }).click();
  await eventually(async () => (await settingsOf(seller)).close_to_tray, false, "kept");
});

flow("who is away says so, and the rail shows it", {}, async (seller) => {
  const { page, words } = seller;
  await seller.settings(words("settings_workspace"));
  await page.getByRole("radiogroup", { name: words("availability") }).getByText(words("availability_away")).click();
  await page.getByRole("navigation").getByRole("button", { name: new RegExp(`: ${words("availability_away")}$`) }).waitFor();
  await seller.toast.getByRole("button", { name: words("undo") }).click();
  await page.getByRole("navigation").getByRole("button", { name: new RegExp(`: ${words("availability_away")}$`) }).waitFor({ state: "detached" });
});

/** A short square wave: mono, 16 bits, 8 kHz. */
function wav(ms, loudness = 9_000) {
  const frames = 8 * ms;
  const bytes = Buffer.alloc(44 + frames * 2);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + frames * 2, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(frames * 2, 40);
  for (let at = 0; at < frames; at++) bytes.writeInt16LE(at % 8 < 4 ? loudness : -loudness, 44 + at * 2);
  return bytes;
}

flow("a sound file of one's own is added, heard, chosen, renamed, removed and taken back", {}, async (seller) => {
  const { page, words } = seller;
  await seller.settings(words("alerts_title"));
  const picker = page.locator(".tone").filter({ hasText: words("alerts_own_limits") }).first();
  const give = async (name, buffer) => {
    const asked = page.waitForEvent("filechooser");
    await picker.getByRole("button", { name: words("alerts_own_add") }).click();
    const chooser = await asked;
    assert.equal(chooser.isMultiple(), false, "one sound at a time");
    await chooser.setFiles({ name, mimeType: "audio/wav", buffer });
  };
  const refused = (name, key) => page.getByRole("alert").filter({ hasText: `${name}: ${words(key)}` }).waitFor();
  await give("too big.wav", Buffer.concat([wav(500), Buffer.alloc(2 * 1024 * 1024)]));
  await refused("too big.wav", "error_sound_too_big");
  await give("too long.wav", wav(11_000));
  await refused("too long.wav", "error_sound_too_long");
  await give("letter.mp3", Buffer.from("Dear customer"));
  await refused("letter.mp3", "error_sound_not_one");
  await give("silence.wav", wav(500, 0));
  await refused("silence.wav", "error_sound_silent");
  assert.deepEqual((await settingsOf(seller)).own_tones, [], "nothing of these is kept");
  await page.getByRole("radiogroup", { name: words("alerts_tone_message"), exact: true }).getByText(words("tone_bird")).click();
  await page.getByRole("alert").waitFor({ state: "detached" });

  const heard = page.waitForRequest((request) => request.url().endsWith("/call/play_tone"));
  await give("Shop door.wav", wav(300));
  const [own] = await eventually(async () => (await settingsOf(seller)).own_tones.map((tone) => tone.name), ["Shop door"], "named by its file").then(async () => (await settingsOf(seller)).own_tones);
  assert.deepEqual((await heard).postDataJSON().tone, { from: "own", id: own.id }, "heard at once");
  await eventually(async () => (await settingsOf(seller)).events.message.tone, { from: "own", id: own.id }, "and chosen where it was added");
  await page.getByRole("alert").waitFor({ state: "detached" });
  const mine = page.getByRole("radiogroup", { name: `${words("alerts_tone_message")}: ${words("alerts_own")}` });
  assert.equal(await mine.getByRole("radio", { name: "Shop door" }).isChecked(), true);

  // Another one, which a line sounds with, and the first of the product for messages.
  await page.getByRole("radiogroup", { name: words("alerts_tone_message"), exact: true }).getByText(words("tone_alarm")).click();
  await eventually(async () => (await settingsOf(seller)).events.message.tone, { from: "built_in", tone: "alarm" }, "a built-in one again");
  await mine.getByText("Shop door").click();
  await eventually(async () => (await settingsOf(seller)).events.message.tone.id, own.id, "and back");

  await mine.getByRole("button", { name: words("alerts_own_menu", { tone: "Shop door" }) }).click();
  await page.getByRole("menu").getByText(words("alerts_own_rename")).click();
  const name = page.getByLabel(words("alerts_own_name"));
  await name.fill("Ding dong");
  await name.press("Enter");
  await mine.getByRole("radio", { name: "Ding dong" }).waitFor({ state: "attached" });
  await eventually(async () => (await settingsOf(seller)).own_tones, [{ id: own.id, name: "Ding dong" }], "renamed");

  await mine.getByRole("button", { name: words("alerts_own_menu", { tone: "Ding dong" }) }).click();
  await page.getByRole("menu").getByText(words("alerts_own_remove")).click();
  await eventually(async () => [(await settingsOf(seller)).own_tones, (await settingsOf(seller)).events.message.tone], [[], { from: "built_in", tone: "chime" }], "gone, and messages sound as the product came");
  await seller.toast.filter({ hasText: words("alerts_own_did_remove", { tone: "Ding dong" }) }).getByRole("button", { name: words("undo") }).click();
  await eventually(async () => (await settingsOf(seller)).events.message.tone.id, own.id, "and all of it back");

  // Somebody tidied up the disk: it is said, and messages are heard all the same.
  const folder = join(seller.host.folder, "data", "workspaces");
  const [workspace] = await readdir(folder);
  await rm(join(folder, workspace, "tones", own.id));
  await seller.powerCut();
  await seller.composer.or(page.getByRole("tab", { name: words("tab_all") })).first().waitFor();
  await seller.palette(`${words("settings")}: ${words("alerts_title")}`);
  await page.getByText(words("alerts_health_own_tone_gone")).waitFor();
  await page.getByText(words("alerts_fix_own_tone_gone")).waitFor();
  await mine.getByText(words("alerts_own_gone")).waitFor({ state: "attached" });
  await seller.button("alerts_test").click();
  await seller.toast.filter({ hasText: words("why_own_tone_gone") }).waitFor();
});
