// Words for what the app says of alerts by code: events, tones, reasons, troubles and what helps against them.
import { alertSettings } from "../../app/alerts.svelte";
import { codeText, hasWords } from "../../app/errors";
import type { EventKind, LogEntry, Reason, Tone, ToneChoice } from "../../backend";
import { untilWhen } from "../../lib/time";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

/** What a person switches; a test has no switch. */
export const EVENTS = [
  "message",
  "snooze_ended",
  "window_closing",
  "new_lead",
  "follow_up_due",
  "failed_message",
  "review_item",
  "line_down",
  "line_back",
  "stream_lost",
] as const satisfies readonly EventKind[];
export const TONES: readonly Tone[] = ["chime", "marimba", "drop", "glass", "bird", "fall", "alarm", "hush"];
export const WAYS = ["banner", "sound", "badge"] as const;
export type Way = (typeof WAYS)[number];

export function eventName(event: EventKind): string {
  return {
    message: m.alert_event_message,
    snooze_ended: m.alert_event_snooze_ended,
    window_closing: m.alert_event_window_closing,
    new_lead: m.alert_event_new_lead,
    follow_up_due: m.alert_event_follow_up_due,
    failed_message: m.alert_event_failed_message,
    review_item: m.alert_event_review_item,
    line_down: m.alert_event_line_down,
    line_back: m.alert_event_line_back,
    stream_lost: m.alert_event_stream_lost,
    self_test: m.alert_event_self_test,
  }[event]();
}
export function wayName(way: Way): string {
  return { banner: m.alerts_banner, sound: m.alerts_sound, badge: m.alerts_badge }[way]();
}
/** The badge counts unread conversations: nothing else has a switch for it. */
export function hasSwitch(event: (typeof EVENTS)[number], way: Way): boolean {
  return way !== "badge" || event === "message";
}
export function toneName(tone: Tone): string {
  return {
    chime: m.tone_chime,
    marimba: m.tone_marimba,
    drop: m.tone_drop,
    glass: m.tone_glass,
    bird: m.tone_bird,
    fall: m.tone_fall,
    alarm: m.tone_alarm,
    hush: m.tone_hush,
  }[tone]();
}
export function choiceName(choice: ToneChoice): string {
  if (choice.from === "built_in") return toneName(choice.tone);
  return alertSettings()?.own_tones.find((own) => own.id === choice.id)?.name ?? m.alerts_tone_own();
}

/** Why one way told or did not, as a sentence. */
export function reasonText(reason: Reason, way: Way): string {
  const until = (ms: number | null | undefined) => (ms == null ? undefined : untilWhen(ms));
  const seconds = (ms: number) => number(Math.max(1, Math.round(ms / 1000)));
  switch (reason.why) {
    case "done":
      return { banner: m.why_done_banner, sound: m.why_done_sound, badge: m.why_done_badge }[way]();
    case "in_summary":
      return { banner: m.why_in_summary_banner, sound: m.why_in_summary_sound, badge: m.why_in_summary_badge }[way]();
    case "muted":
    case "snoozed":
    case "chat_muted":
    case "line_muted": {
      const until_ms = until(reason.until_ms);
      const [always, timed] = {
        muted: [m.why_muted, m.why_muted_until] as const,
        snoozed: [m.why_snoozed, m.why_snoozed_until] as const,
        chat_muted: [m.why_chat_muted, m.why_chat_muted_until] as const,
        line_muted: [m.why_line_muted, m.why_line_muted_until] as const,
      }[reason.why];
      return until_ms === undefined ? always() : timed({ until_ms });
    }
    case "quiet_hours":
      return m.why_quiet_hours({ until_ms: untilWhen(reason.until_ms) });
    case "other_device":
      return reason.in_this_chat ? m.why_other_device_chat() : m.why_other_device();
    case "too_soon":
      return m.why_too_soon({ seconds: seconds(reason.after_ms) });
    case "later":
      return m.why_later({ seconds: seconds(reason.in_ms) });
    case "catching_up":
      return m.why_catching_up();
    case "may_not_open":
      return m.why_may_not_open();
    case "blocked":
      return m.why_blocked();
    case "history":
      return m.why_history();
    case "read_meanwhile":
      return m.why_read_meanwhile();
    case "already_told":
      return m.why_already_told();
    case "other_line":
      return m.why_other_line();
    case "event_off":
      return m.why_event_off();
    case "not_counted":
      return m.why_not_counted();
    case "on_screen":
      return m.why_on_screen();
    case "system_dnd":
      return m.why_system_dnd();
    case "focused":
      return m.why_focused();
    case "volume_zero":
      return m.why_volume_zero();
    case "never_told":
      return m.why_never_told();
    case "silent":
      return m.why_silent();
    case "os_refused":
      return m.why_os_refused();
    case "cannot_replace":
      return m.why_cannot_replace();
    case "no_sound_device":
      return m.why_no_sound_device();
    case "own_tone_gone":
      return m.why_own_tone_gone();
  }
  // A log of a later version.
  return m.why_unknown({ code: (reason as { why: string }).why });
}

export function isTold(reason: Reason): boolean {
  return reason.why === "done" || reason.why === "in_summary" || reason.why === "own_tone_gone";
}

/** The parts that an entry has, in the order in which they are read. */
export function parts(entry: LogEntry): { way: Way; reason: Reason }[] {
  return WAYS.flatMap((way) => {
    const reason = entry[way];
    return reason ? [{ way, reason }] : [];
  });
}

// -- what is broken --------------------------------------------------------------------------------------------------
export function troubleText(code: string): string {
  if (code === "stream_lost") return m.alerts_health_stream_lost();
  if (code === "tray_refused") return m.tray_refused();
  if (code === "own_tone_gone") return m.alerts_health_own_tone_gone();
  return hasWords(code) ? codeText(code) : m.alerts_health_unknown({ code });
}

type Desk = "linux" | "windows" | "mac";
export function thisDesk(platform: string = navigator.userAgent): Desk {
  return /Windows/i.test(platform) ? "windows" : /Mac OS|Macintosh/i.test(platform) ? "mac" : "linux";
}

/** How to mend it on this desktop; nothing for a code of a later version. */
export function fixText(code: string, server: string | null, desk: Desk = thisDesk()): string | undefined {
  const fixes: Record<string, () => string> = {
    tray_refused: m.alert_fix_tray_refused,
    stream_lost: m.alerts_fix_stream_lost,
    own_tone_gone: m.alerts_fix_own_tone_gone,
    no_session_bus: m.alert_fix_no_session_bus,
    no_notification_service: m.alert_fix_no_notification_service,
    notification_service_not_answering: () =>
      m.alert_fix_notification_service_not_answering({ server: server ?? m.alert_fix_service() }),
    notifications_not_allowed: {
      linux: m.alert_fix_notifications_not_allowed_linux,
      windows: m.alert_fix_notifications_not_allowed_windows,
      mac: m.alert_fix_notifications_not_allowed_mac,
    }[desk],
    SOUND_NO_DEVICE: m.alert_fix_sound_no_device,
    SOUND_BUSY: m.alert_fix_sound_busy,
    SOUND_VANISHED: m.alert_fix_sound_vanished,
    SOUND_STUCK: m.alert_fix_sound_stuck,
    SOUND_DENIED: m.alert_fix_sound_denied,
    SOUND_UNUSABLE: m.alert_fix_sound_unusable,
  };
  return fixes[code]?.();
}
