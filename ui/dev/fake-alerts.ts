// Notifications in the preview's small app: settings that are kept, a log with a few reasons, one thing broken.
import type { AlertLogView, AlertSettings, EventAlerts, NamesHidden, Reason, Tone } from "../src/backend";
import { MIN, type Handlers, type World } from "./fake-world";

const event = (tone: Tone): EventAlerts => ({
  banner: true,
  sound: true,
  badge: true,
  tone: { from: "built_in", tone },
  volume: 80,
});
const NIGHT = { from_minute: 20 * 60, to_minute: 8 * 60 };

export function alerts(world: World): Handlers {
  let settings: AlertSettings = {
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
    muted_chats: world.full ? { c2: {} } : {},
    muted: null,
    quiet_hours: { on: true, days: [NIGHT, NIGHT, NIGHT, NIGHT, NIGHT, null, null] },
    follow_system_dnd: true,
    hide_text_while_sharing: true,
    when_focused: "soft_tone",
    preview: "name",
    repeat: "off",
    own_tones: [],
    quick_answers: [],
    close_to_tray: true,
    tray_explained: true,
  };
  let hiding: NamesHidden | null = null;
  const because = (no: number, minutes: number, name: string, chat: string, ...why: Reason[]): AlertLogView => ({
    no,
    name,
    entry: {
      at_ms: world.now() - minutes * MIN,
      event: "message",
      conversation_id: chat,
      banner: why[0],
      sound: why[1] ?? why[0],
      badge: why[2] ?? { why: "done" },
    },
  });
  return {
    report_presence: () => ({}),
    get_alert_settings: () => settings,
    save_alert_settings: (next) => {
      settings = next;
      return { undo: null };
    },
    mute_chat: ({ conversation_id, mute }) => {
      const { [conversation_id]: _was, ...rest } = settings.muted_chats;
      settings = { ...settings, muted_chats: mute ? { ...rest, [conversation_id]: {} } : rest };
      return { undo: null };
    },
    list_alert_log: ({ conversation_id, before }) =>
      world.full && before === null
        ? [
            because(3, 2, "María Fernanda", "c0", { why: "on_screen" }),
            because(2, 40, "Bruno Dias", "c2", { why: "chat_muted", until_ms: null }),
            because(1, 42, "María Fernanda", "c0", { why: "focused" }, { why: "done" }),
          ].filter(({ entry }) => !conversation_id || entry.conversation_id === conversation_id)
        : [],
    list_notices: () => ({ rows: [], has_more: false }),
    get_notice_counts: () => ({ all: 0, unread: 0 }),
    test_alerts: () => ({}),
    play_tone: () => ({}),
    get_desktop: () => ({ tray: "shown", starts_with_system: false }),
    set_start_with_system: () => ({}),
    quit: () => ({}),
    take_open_request: () => null,
    get_alert_health: () => ({
      abilities: {
        banner: false,
        click: false,
        buttons: false,
        inline_text: false,
        replace: false,
        remove: false,
        persistence: false,
        body_markup: false,
      },
      banners: world.full ? "notifications_not_allowed" : null,
      server: null,
      sound: null,
      dnd: world.full ? true : null,
      sharing: null,
      hiding,
      missing_tones: [],
      misses_tone: false,
    }),
    hide_names: ({ hide }) => (hiding = hide && { until_ms: hide === "one_hour" ? world.now() + 60 * MIN : null }),
  };
}
