// Notifications in the window: what was chosen, what is broken, why something was silent.
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  alertSettings,
  changeAlerts,
  chatMute,
  hideNames,
  muteAll,
  muteUntil,
  namesHidden,
  namesHiddenText,
  quietNow,
  readAlertHealth,
  readAlertSettings,
} from "../src/app/alerts.svelte";
import { setHubNow } from "../src/app/clock.svelte";
import { showLocale } from "../src/app/locale.svelte";
import { quietUntil } from "../src/app/quiet-now";
import { currentToast, undoToast } from "../src/app/toast.svelte";
import {
  useTransport,
  ApiError,
  type AlertLogView,
  type AlertSettings,
  type HideFor,
  type NamesHidden,
  type Reason,
} from "../src/backend";
import { LogModel, told } from "../src/features/alerts/log.svelte";
import { allSame, areSame, endsNextDay, switched } from "../src/features/alerts/quiet";
import { runTest } from "../src/features/alerts/test.svelte";
import { fixText, hasSwitch, parts, reasonText, thisDesk, troubleText } from "../src/features/alerts/words";

const NOW = new Date(2026, 5, 3, 22, 30).getTime();
const event = (tone: string) => ({
  banner: true,
  sound: true,
  badge: true,
  tone: { from: "built_in", tone },
  volume: 80,
});
function chosen(): AlertSettings {
  return {
    events: {
      message: event("chime"),
      snooze_ended: event("marimba"),
      window_closing: event("drop"),
      new_lead: event("drop"),
      follow_up_due: event("marimba"),
      failed_message: event("fall"),
      review_item: event("fall"),
      line_down: event("fall"),
      line_back: event("glass"),
      stream_lost: event("fall"),
    },
    lines: {},
    muted_chats: {},
    muted: null,
    quiet_hours: { on: false, days: allSame(null) },
    follow_system_dnd: true,
    hide_text_while_sharing: true,
    when_focused: "soft_tone",
    preview: "name_and_text",
    repeat: "off",
    own_tones: [],
    quick_answers: [],
    close_to_tray: true,
    tray_explained: false,
  } as AlertSettings;
}

let kept: AlertSettings;
let refuse: string | undefined;
let undoes: string | null;
let log: AlertLogView[];
let asked: number;
type Saved = AlertSettings & { since: AlertSettings };
let saved: Saved[] = [];
let saves: number;
/** What a save waits for before it is written. */
let slow: Promise<void> | undefined;
let hiding: NamesHidden | null;
/** What a test leaves in the log, newest first. */
let tested: AlertLogView[];
/** What a look at what works waits for, once it has looked. */
let slowLook: Promise<void> | undefined;

beforeEach(async () => {
  showLocale("en");
  setHubNow(NOW);
  kept = chosen();
  refuse = undefined;
  undoes = null;
  log = [];
  asked = 0;
  saves = 0;
  saved = [];
  slow = undefined;
  hiding = null;
  tested = [];
  slowLook = undefined;
  useTransport({
    call: async (command, args) => {
      switch (command) {
        case "get_alert_settings":
          return kept;
        case "save_alert_settings":
          if (refuse) throw new ApiError(refuse);
          saves += 1;
          await slow;
          saved.push(args as Saved);
          kept = args as AlertSettings;
          return { undo: undoes };
        case "list_alert_log": {
          asked += 1;
          const { before } = args as { before: number | null };
          return log.filter((row) => before === null || row.no < before).slice(0, 100);
        }
        case "hide_names": {
          if (refuse) throw new ApiError(refuse);
          const { hide } = args as { hide: HideFor | null };
          return (hiding = hide && { until_ms: hide === "one_hour" ? NOW + 3_600_000 : null });
        }
        case "get_alert_health": {
          const seen = { abilities: {}, banners: null, server: null, sound: null, dnd: null, sharing: null, hiding };
          await slowLook;
          return seen;
        }
        case "test_alerts":
          log = [...tested, ...log];
          return {};
        case "put_ui_state":
          return {};
        default:
          throw new ApiError(`unexpected ${command}`);
      }
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  await readAlertSettings();
});

describe("what was chosen", () => {
  it("two quick changes are both kept", async () => {
    let written: () => void = () => undefined;
    slow = new Promise((done) => (written = done));
    const one = changeAlerts((all) => ({ ...all, repeat: "minute" }));
    await vi.waitFor(() => expect(saves).toBe(1));
    slow = undefined;
    const two = changeAlerts((all) => ({ ...all, preview: "nothing" }));
    expect(alertSettings()?.preview, "painted at once").toBe("nothing");
    // An app that is told that something changed reads again, also between the two.
    await readAlertSettings();
    // Everything that can run without the first answer has run.
    await new Promise((turn) => setTimeout(turn));
    expect(alertSettings()?.preview, "not painted over by what was before").toBe("nothing");
    expect(saves, "each takes all settings: the second waits for the first").toBe(1);
    written();
    await Promise.all([one, two]);
    expect([kept.repeat, kept.preview]).toEqual(["minute", "nothing"]);
    expect(
      saved.map(({ since }) => [since.repeat, since.preview]),
      "each says what it began with: it changes nothing else",
    ).toEqual([
      ["off", "name_and_text"],
      ["minute", "name_and_text"],
    ]);
  });
  it("a refusal is said in words and the old choice is painted back", async () => {
    refuse = "ALERT_QUICK_ANSWERS";
    expect(await changeAlerts((all) => ({ ...all, quick_answers: ["a", "a"] }))).toBe(false);
    await vi.waitFor(() => expect(alertSettings()?.quick_answers).toEqual([]));
    expect(currentToast()).toMatchObject({
      tone: "problem",
      text: "A banner takes two different quick answers.",
    });
  });
  it("muting everything is said of everything, in three languages", async () => {
    for (const [locale, muted, heard] of [
      ["en", "Everything muted", "Everything is heard again"],
      ["es", "Todo silenciado", "Todo vuelve a avisar"],
      ["pt", "Tudo silenciado", "Tudo volta a avisar"],
    ] as const) {
      showLocale(locale);
      undoes = "undo";
      await muteAll("always");
      expect(currentToast()?.text).toBe(muted);
      await muteAll("one_hour");
      expect(currentToast()?.text).toMatch(new RegExp(`^${muted} (until|hasta|até) .*(23:30|11:30)`));
      await muteAll(null);
      expect(currentToast()?.text).toBe(heard);
    }
  });
  it("a mute holds until its time and no longer", async () => {
    kept.muted_chats = { always: {}, hour: { until_ms: NOW + 3_600_000 }, over: { until_ms: NOW } };
    await readAlertSettings();
    expect(chatMute("always")).toBeDefined();
    expect(chatMute("hour")).toBeDefined();
    expect(chatMute("over"), "it ended this moment").toBeUndefined();
    setHubNow(NOW + 3_600_000);
    expect(chatMute("hour"), "an hour later").toBeUndefined();
    expect(chatMute("nobody")).toBeUndefined();
  });
  it("until tomorrow is 08:00 of the next day, also just before midnight", () => {
    expect(new Date(muteUntil("tomorrow", NOW).until_ms ?? 0)).toEqual(new Date(2026, 5, 4, 8, 0));
    const late = new Date(2026, 11, 31, 23, 59).getTime();
    expect(new Date(muteUntil("tomorrow", late).until_ms ?? 0)).toEqual(new Date(2027, 0, 1, 8, 0));
    expect(muteUntil("always", NOW).until_ms).toBeUndefined();
    expect(muteUntil("one_hour", NOW).until_ms).toBe(NOW + 3_600_000);
  });
  it("only messages have a switch for the badge", () => {
    expect(hasSwitch("message", "badge")).toBe(true);
    expect(hasSwitch("line_down", "badge")).toBe(false);
    expect(hasSwitch("window_closing", "badge")).toBe(false);
    expect(hasSwitch("line_down", "sound")).toBe(true);
  });
});

describe("a screen that is shared", () => {
  it("names are hidden for an hour or until they are shown again, and it is said so", async () => {
    await hideNames("one_hour");
    expect(namesHidden()).toEqual({ until_ms: NOW + 3_600_000 });
    expect(namesHiddenText({ until_ms: NOW + 3_600_000 })).toContain("11:30");
    expect(currentToast()?.text).toBe("Banners show no names now");
    setHubNow(NOW + 3_600_000);
    expect(namesHidden(), "the hour is over").toBeUndefined();
    await hideNames("for_now");
    setHubNow(NOW + 30 * 86_400_000);
    expect(namesHidden(), "until it is taken back").toEqual({ until_ms: null });
    await hideNames(null);
    expect(namesHidden()).toBeUndefined();
  });
  it("what was said of the screen is taken back, and an hour that ran begins anew", async () => {
    await hideNames("for_now");
    await undoToast(currentToast()!);
    expect(namesHidden()).toBeUndefined();
    await hideNames("one_hour");
    await hideNames(null);
    expect(currentToast()?.text).toBe("Banners show names again");
    await undoToast(currentToast()!);
    expect(namesHidden()).toEqual({ until_ms: NOW + 3_600_000 });
  });
  it("a look from before does not bring the names back on the screen", async () => {
    let seen: () => void = () => undefined;
    slowLook = new Promise((done) => (seen = done));
    const look = readAlertHealth();
    await hideNames("for_now");
    seen();
    await look;
    expect(namesHidden()).toEqual({ until_ms: null });
  });
  it("a refusal says so and claims nothing", async () => {
    await hideNames(null);
    refuse = "NO_WORKSPACE";
    await hideNames("for_now");
    expect(namesHidden()).toBeUndefined();
    expect(currentToast()?.tone).toBe("problem");
  });
});

describe("quiet hours", () => {
  it("a span that ends before it begins goes on into the next day", () => {
    expect(endsNextDay({ from_minute: 1200, to_minute: 480 })).toBe(true);
    expect(endsNextDay({ from_minute: 480, to_minute: 1200 })).toBe(false);
  });
  it("switched on without a day, every night is quiet; days that were chosen stay", () => {
    const night = { from_minute: 1200, to_minute: 480 };
    expect(switched({ on: false, days: allSame(null) }, true).days).toEqual(allSame(night));
    const one = allSame(null).with(2, { from_minute: 60, to_minute: 120 }) as ReturnType<typeof allSame>;
    expect(switched({ on: false, days: one }, true).days).toEqual(one);
    expect(areSame({ on: true, days: one })).toBe(false);
    expect(areSame({ on: true, days: allSame(night) })).toBe(true);
  });
});

describe("quiet hours that hold now", () => {
  const night = { from_minute: 20 * 60, to_minute: 8 * 60 };
  const nights = { on: true, days: allSame(night) };
  // 3 June 2026 is a Wednesday.
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 5, day, hour, minute).getTime();
  it("end with the span, also after midnight, and belong to the day on which they begin", () => {
    expect(quietUntil(nights, at(3, 22, 30))).toBe(at(4, 8));
    expect(quietUntil(nights, at(4, 7, 59))).toBe(at(4, 8));
    expect(quietUntil(nights, at(4, 8)), "over at this moment").toBeUndefined();
    expect(quietUntil(nights, at(4, 20))).toBe(at(5, 8));
    const wednesday = { on: true, days: allSame(null).with(2, night) as typeof nights.days };
    expect(quietUntil(wednesday, at(4, 3)), "Wednesday's night").toBe(at(4, 8));
    expect(quietUntil(wednesday, at(4, 21))).toBeUndefined();
    expect(quietUntil({ ...nights, on: false }, at(3, 22))).toBeUndefined();
  });
  it("spans that follow each other are one silence", () => {
    const days = allSame(null)
      .with(2, night)
      .with(3, { from_minute: 8 * 60, to_minute: 12 * 60 }) as typeof nights.days;
    expect(quietUntil({ on: true, days }, at(3, 23))).toBe(at(4, 12));
  });
  it("are known wherever the settings are", async () => {
    expect(quietNow()).toBeUndefined();
    kept.quiet_hours = nights;
    await readAlertSettings();
    expect(quietNow(), "it is 22:30").toBe(at(4, 8));
  });
});

describe("a test", () => {
  const whole = {
    no: 8,
    name: "",
    entry: {
      at_ms: NOW,
      event: "self_test",
      banner: { why: "done" },
      sound: { why: "done" },
      badge: { why: "not_counted" },
    },
  } as AlertLogView;
  const refused = {
    no: 9,
    name: "",
    entry: { at_ms: NOW + 40, event: "self_test", sound: { why: "no_sound_device" } },
  } as AlertLogView;
  it("says what became of banner and sound, also where a device refused the sound afterwards", async () => {
    tested = [refused, whole];
    await runTest();
    expect(currentToast()).toMatchObject({
      tone: "problem",
      text: `Test done. Banner: ${reasonText({ why: "done" }, "banner")} Sound: The sound device took no sound.`,
    });
  });
  it("says that a message would be silent now, and why", async () => {
    tested = [whole];
    kept.quiet_hours = { on: true, days: allSame({ from_minute: 20 * 60, to_minute: 8 * 60 }) };
    await readAlertSettings();
    await runTest();
    expect(currentToast()?.text).toMatch(/A message would be silent now: Quiet hours until tomorrow 0?8:00.*\.$/);
    kept.muted = {};
    await readAlertSettings();
    log = [];
    await runTest();
    expect(currentToast()?.text).toContain("A message would be silent now: Everything is muted.");
  });
  it("that left nothing says so", async () => {
    vi.useFakeTimers();
    try {
      const done = runTest();
      await vi.runAllTimersAsync();
      await done;
    } finally {
      vi.useRealTimers();
    }
    expect(currentToast()?.text).toContain("left no trace");
  });
});

describe("why it was not heard", () => {
  const REASONS: Reason[] = [
    { why: "done" },
    { why: "in_summary" },
    { why: "catching_up" },
    { why: "may_not_open" },
    { why: "blocked" },
    { why: "history" },
    { why: "read_meanwhile" },
    { why: "already_told" },
    { why: "snoozed", until_ms: NOW },
    { why: "snoozed", until_ms: null },
    { why: "chat_muted", until_ms: NOW },
    { why: "chat_muted", until_ms: null },
    { why: "line_muted", until_ms: NOW },
    { why: "line_muted", until_ms: null },
    { why: "other_line" },
    { why: "event_off" },
    { why: "not_counted" },
    { why: "on_screen" },
    { why: "quiet_hours", until_ms: NOW },
    { why: "system_dnd" },
    { why: "focused" },
    { why: "other_device", until_ms: NOW, in_this_chat: true },
    { why: "other_device", until_ms: NOW, in_this_chat: false },
    { why: "too_soon", after_ms: 1200 },
    { why: "later", in_ms: 900 },
    { why: "volume_zero" },
    { why: "never_told" },
    { why: "silent" },
    { why: "os_refused" },
    { why: "cannot_replace" },
    { why: "no_sound_device" },
    { why: "own_tone_gone" },
  ];
  it("every reason has words in three languages, each its own", () => {
    for (const locale of ["en", "es", "pt"] as const) {
      showLocale(locale);
      const said = REASONS.map((reason) => reasonText(reason, "sound"));
      expect(new Set(said).size, locale).toBe(REASONS.length);
      for (const text of said) expect(text, locale).toMatch(/^[^{}_]+\.$/);
    }
  });
  it("a mute says until when", () => {
    showLocale("es");
    expect(reasonText({ why: "chat_muted", until_ms: NOW }, "banner")).toBe("Silenciaste la conversación hasta 22:30.");
  });
  it("a reason of a later version is said by its code", () => {
    expect(reasonText({ why: "full_moon" } as unknown as Reason, "sound")).toContain("full_moon");
  });
  it("an entry shows the parts that it has", () => {
    const entry = { at_ms: NOW, event: "message" as const, sound: { why: "no_sound_device" as const } };
    expect(parts(entry).map(({ way }) => way)).toEqual(["sound"]);
  });

  it("what came of a sound later stands with its event, the newest truth alone", () => {
    const of = (no: number, message_id: string, after_ms: number, said: Partial<AlertLogView["entry"]>) =>
      ({ no, name: "Maria", entry: { at_ms: NOW + after_ms, event: "message", message_id, ...said } }) as AlertLogView;
    const all = { banner: { why: "done" }, sound: { why: "done" }, badge: { why: "done" } } as const;
    const rows = told([
      of(6, "b", 60_000, { sound: { why: "done" } }),
      of(5, "a", 900, { sound: { why: "no_sound_device" } }),
      of(4, "b", 800, { sound: { why: "done" } }),
      of(3, "b", 100, { ...all, sound: { why: "later", in_ms: 700 } }),
      of(2, "a", 0, all),
      of(1, "z", 0, { banner: { why: "done" } }),
    ]);
    expect(
      rows.map((row) => row.no),
      "a reminder, and a part whose event is not read yet, stand alone",
    ).toEqual([6, 3, 2, 1]);
    const sound = (no: number) => rows.find((row) => row.no === no)?.ways.find(({ way }) => way === "sound");
    expect(sound(2)).toEqual({ way: "sound", reason: { why: "no_sound_device" }, before: [] });
    expect(sound(3)).toEqual({ way: "sound", reason: { why: "done" }, before: [{ why: "later", in_ms: 700 }] });
    expect(rows.find((row) => row.no === 2)?.ways.length).toBe(3);
  });

  const line = (no: number): AlertLogView => ({ no, name: "", entry: { at_ms: NOW + no, event: "message" } });
  it("pages meet without a gap, and what comes meanwhile stands first", async () => {
    log = Array.from({ length: 250 }, (_, i) => line(250 - i));
    const model = new LogModel(null);
    await model.newest();
    await model.older();
    log = [line(252), line(251), ...log];
    await model.newest();
    await model.older();
    expect(model.rows.map((row) => row.no)).toEqual(Array.from({ length: 252 }, (_, i) => 252 - i));
    expect(model.hasMore).toBe(false);
    const before = asked;
    await model.older();
    expect(asked, "the end was reached").toBe(before);
  });
  it("more than a page that came meanwhile leaves no hole", async () => {
    log = [line(1)];
    const model = new LogModel(null);
    await model.newest();
    log = Array.from({ length: 300 }, (_, i) => line(300 - i));
    await model.newest();
    while (model.hasMore) await model.older();
    expect(model.rows.map((row) => row.no)).toEqual(Array.from({ length: 300 }, (_, i) => 300 - i));
  });
});

describe("what is broken", () => {
  const CODES = [
    "stream_lost",
    "no_session_bus",
    "no_notification_service",
    "notification_service_not_answering",
    "notifications_not_allowed",
    "SOUND_NO_DEVICE",
    "SOUND_BUSY",
    "SOUND_VANISHED",
    "SOUND_STUCK",
    "SOUND_DENIED",
    "SOUND_UNUSABLE",
  ];
  it("each trouble says what it is and what to do, in three languages", () => {
    for (const locale of ["en", "es", "pt"] as const) {
      showLocale(locale);
      const said = CODES.flatMap((code) => [troubleText(code), fixText(code, null, "linux")]);
      expect(new Set(said).size, "no two are alike").toBe(CODES.length * 2);
      for (const text of said) expect(text).toMatch(/^[^{}]{10,}$/);
    }
  });
  it("what to allow is told for the desktop that one has", () => {
    const fix = (desk: ReturnType<typeof thisDesk>) => fixText("notifications_not_allowed", null, desk);
    expect(fix("linux")).toContain("GNOME");
    expect(fix("windows")).toContain("Windows");
    expect(fix("mac")).toContain("macOS");
    expect(thisDesk("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15")).toBe("linux");
    expect(thisDesk("Mozilla/5.0 (Windows NT 10.0; Win64; x64)")).toBe("windows");
    expect(thisDesk("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)")).toBe("mac");
  });
  it("what hangs is called by its name", () => {
    expect(fixText("notification_service_not_answering", "dunst 1.12")).toContain("dunst 1.12");
  });
  it("a code of a later version is shown", () => {
    expect(troubleText("SOUND_UNDER_WATER")).toContain("SOUND_UNDER_WATER");
    expect(fixText("SOUND_UNDER_WATER", null)).toBeUndefined();
  });
});
