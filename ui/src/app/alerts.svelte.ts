// What this person chose about alerts and whether they work here. The list (muted chats), the rail (the red dot) and
// the settings page read it; the app decides what is told.
import {
  ApiError,
  call,
  upload,
  type AlertHealth,
  type AlertSettings,
  type Brought,
  type ConversationId,
  type HideFor,
  type Mute,
  type MuteFor,
  type NamesHidden,
  type OwnTone,
  type ToneId,
} from "../backend";
import { Newest } from "../lib/newest";
import { untilWhen } from "../lib/time";
import { m } from "../paraglide/messages.js";
import { act, attempt, offerUndo, takingBack } from "./act";
import { exactNow, hubNow } from "./clock.svelte";
import { desktop, readDesktop } from "./desktop.svelte";
import { on, onResumed } from "./events";
import { quietUntil } from "./quiet-now";
import { appStatus } from "./status.svelte";
import { did } from "./toast.svelte";

let settings = $state.raw<AlertSettings>();
let health = $state.raw<AlertHealth>();
let hiding = $state.raw<NamesHidden | null>(null);
const reads = new Newest();
const looks = new Newest();

export function alertSettings(): AlertSettings | undefined {
  return settings;
}
export function alertHealth(): AlertHealth | undefined {
  return health;
}

// -- what is broken --------------------------------------------------------------------------------------------------
/** A code with words, or nothing where all is well. */
export interface AlertTrouble {
  tray: string | null;
  stream: "stream_lost" | null;
  banners: string | null;
  sound: string | null;
  tones: "own_tone_gone" | null;
}
export function alertTrouble(): AlertTrouble {
  return {
    tray: desktop()?.tray === "refused" ? "tray_refused" : null,
    stream: appStatus()?.hub === "lost" ? "stream_lost" : null,
    banners: health?.banners ?? null,
    sound: health?.sound ?? null,
    tones: health?.misses_tone ? "own_tone_gone" : null,
  };
}
export function isAlertBroken(): boolean {
  return Object.values(alertTrouble()).some((code) => code !== null);
}

export async function readAlertHealth(): Promise<void> {
  void readDesktop();
  const read = await looks.ask(() => call("get_alert_health")).catch(() => undefined);
  if (!read) return;
  health = read;
  hiding = read.hiding ?? null;
}

// -- "I'm sharing my screen" -----------------------------------------------------------------------------------------
/** While it holds. */
export function namesHidden(): NamesHidden | undefined {
  return hiding && (hiding.until_ms == null || hubNow() < hiding.until_ms) ? hiding : undefined;
}
export function namesHiddenText(hidden: NamesHidden): string {
  return hidden.until_ms == null ? m.alerts_hidden() : m.alerts_hidden_until({ when: untilWhen(hidden.until_ms) });
}
/** Null: names are shown again. With Undo; an hour that was running begins anew by it: rather more is hidden. */
export async function hideNames(hide: HideFor | null): Promise<void> {
  const before = namesHidden();
  if (!(await attempt(() => setHidden(hide)))) return;
  const back = before && (before.until_ms == null ? "for_now" : "one_hour");
  did(hide === null ? m.did_show_names() : m.did_hide_names(), () => takingBack(() => setHidden(back ?? null)));
}
async function setHidden(hide: HideFor | null): Promise<true> {
  // As a look, so that an older one does not land after it.
  const now = await looks.ask(() => call("hide_names", { hide }));
  if (now === undefined) await readAlertHealth();
  else hiding = now;
  return true;
}

// -- what was chosen -------------------------------------------------------------------------------------------------
/** Saves under way, one after the other: else an older value could be written over a newer. */
let saving: Promise<unknown> = Promise.resolve();
let waiting = 0;

export async function readAlertSettings(): Promise<void> {
  if (waiting > 0) return;
  const read = await reads.ask(() => call("get_alert_settings")).catch(() => undefined);
  // What was changed meanwhile is on screen and on its way.
  if (read && waiting === 0) settings = read;
}

/** Changes settings: painted at once, kept at once, with Undo; a refusal is said and paints the old ones back. */
export function changeAlerts(
  change: (now: AlertSettings) => AlertSettings,
  label: string = m.settings_did_save(),
): Promise<boolean> {
  if (!settings) return Promise.resolve(false);
  const since = settings;
  const next = (settings = change(since));
  waiting += 1;
  // Beside what it began with: what the tray or another device changes meanwhile stays.
  const done = saving.then(() => act(label, () => call("save_alert_settings", { ...next, since })));
  saving = done.then(() => {
    waiting -= 1;
    return readAlertSettings();
  });
  return done;
}

// -- sounds of one's own ---------------------------------------------------------------------------------------------
export const MAX_SOUND_BYTES = 2 * 1024 * 1024;
export const SOUND_ENDS = ["wav", "mp3", "ogg"] as const;

/** Commands that change settings by themselves stand in the line of the saves: none is sent with older ones. */
function inLine<T>(run: () => Promise<T>): Promise<T> {
  waiting += 1;
  const done = saving.then(run);
  saving = done
    .catch(() => undefined)
    .then(async () => {
      waiting -= 1;
      await readAlertSettings();
      await readAlertHealth();
    });
  return saving.then(() => done);
}

/** Rejects with why the file was not taken. */
export function addOwnTone(brought: Brought): Promise<OwnTone> {
  return inLine(async () => {
    if ("path" in brought) return call("add_own_tone", { from: "path", path: brought.path });
    const { file } = brought;
    if (file.size > MAX_SOUND_BYTES) throw new ApiError("SOUND_TOO_BIG");
    if (file.size === 0) throw new ApiError("SOUND_NOT_ONE");
    return call("add_own_tone", { from: "blob", hash: await upload(file), name: file.name });
  });
}
/** Rejects with why the name was not taken. */
export async function renameOwnTone(id: ToneId, name: string): Promise<void> {
  const done = await inLine(() => call("rename_own_tone", { id, name }));
  offerUndo(m.alerts_own_did_rename(), done.undo);
}
export async function removeOwnTone({ id, name }: OwnTone): Promise<void> {
  await act(m.alerts_own_did_remove({ tone: name }), () => inLine(() => call("remove_own_tone", { id })));
}

/** A mute as the app counts it, for what has no command of its own (a line). "Tomorrow" is 08:00. */
export function muteUntil(wanted: MuteFor, now_ms: number = exactNow()): Mute {
  const HOUR_MS = 3_600_000;
  switch (wanted) {
    case "one_hour":
      return { until_ms: now_ms + HOUR_MS };
    case "eight_hours":
      return { until_ms: now_ms + 8 * HOUR_MS };
    case "tomorrow": {
      const day = new Date(now_ms);
      day.setDate(day.getDate() + 1);
      return { until_ms: day.setHours(8, 0, 0, 0) };
    }
    case "always":
      return {};
  }
}

/** The mute, while it holds. */
export function holding(mute: Mute | null | undefined): Mute | undefined {
  return mute && (mute.until_ms == null || hubNow() < mute.until_ms) ? mute : undefined;
}
export function chatMute(id: ConversationId): Mute | undefined {
  return holding(settings?.muted_chats[id]);
}
/** "Muted until 14:00", "Muted". */
export function muteText(mute: Mute): string {
  return mute.until_ms == null ? m.alerts_muted() : m.alerts_muted_until({ when: untilWhen(mute.until_ms) });
}

export const MUTES: readonly MuteFor[] = ["one_hour", "eight_hours", "tomorrow", "always"];
export function muteName(wanted: MuteFor): string {
  return {
    one_hour: m.mute_one_hour,
    eight_hours: m.mute_eight_hours,
    tomorrow: m.mute_tomorrow,
    always: m.mute_always,
  }[wanted]();
}

/** Null: heard again. */
export async function muteChat(conversation_id: ConversationId, mute: MuteFor | null): Promise<void> {
  const until_ms = mute && muteUntil(mute).until_ms;
  const label =
    mute === null ? m.did_unmute() : until_ms == null ? m.did_mute() : m.did_mute_until({ when: untilWhen(until_ms) });
  await act(label, () => call("mute_chat", { conversation_id, mute }));
  await readAlertSettings();
}
/** Of everything. */
export function mutedAll(): Mute | undefined {
  return holding(settings?.muted);
}
/** "Everything muted until 14:00". */
export function muteAllText(mute: Mute): string {
  return mute.until_ms == null ? m.alerts_all_muted() : m.alerts_all_muted_until({ when: untilWhen(mute.until_ms) });
}
/** When the quiet hours that hold now end. */
export function quietNow(): number | undefined {
  return settings && quietUntil(settings.quiet_hours, hubNow());
}
export async function muteAll(mute: MuteFor | null): Promise<void> {
  const muted = mute && muteUntil(mute);
  await changeAlerts((all) => ({ ...all, muted }), muted ? muteAllText(muted) : m.did_unmute_all());
}

// -- the log ---------------------------------------------------------------------------------------------------------
export interface LogOf {
  id: ConversationId;
  name: string;
}
/** Whether the page shows the log, and of which chat; null: of all. */
let log = $state.raw<{ of: LogOf | null }>();
export function shownAlertLog(): { of: LogOf | null } | undefined {
  return log;
}
export function showAlertLog(of: LogOf | null): void {
  log = { of };
}
export function closeAlertLog(): void {
  log = undefined;
}

// -- following -------------------------------------------------------------------------------------------------------
/** A device that breaks says so only when it is used: looked at when something was to be heard, and now and then. */
const LOOK_MS = 3_000;
const LOOK_AGAIN_MS = 300_000;

export function startAlerts(): () => void {
  void readAlertSettings();
  void readAlertHealth();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lookSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void readAlertHealth();
    }, LOOK_MS);
  };
  const again = setInterval(() => void readAlertHealth(), LOOK_AGAIN_MS);
  const onfocus = () => void readAlertHealth();
  addEventListener("focus", onfocus);
  const stops = [
    on("state_changed", () => void readAlertSettings()),
    on("message_arrived", lookSoon),
    on("alert", lookSoon),
    onResumed(() => (void readAlertSettings(), void readAlertHealth())),
  ];
  return () => {
    clearTimeout(timer);
    clearInterval(again);
    removeEventListener("focus", onfocus);
    stops.forEach((stop) => stop());
  };
}
