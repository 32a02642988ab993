// Where the app is and who uses it: phase, workspace, me, settings. Everything else hangs on it.
import { untrack } from "svelte";
import { call, type AppState, type Availability, type Session, type Settings, type SettingsPatch } from "../backend";
import { setRemapped } from "./actions.svelte";
import { act } from "./act";
import type { Words } from "./toast.svelte";
import { showLocale } from "./locale.svelte";
import { loadMemory } from "./memory";
import { m } from "../paraglide/messages.js";
import { showDensity, showTheme } from "./theme.svelte";

let state = $state.raw<AppState>();
let loadError = $state.raw<unknown>();

export function appState(): AppState | undefined {
  return state;
}
export function startError(): unknown {
  return loadError;
}
export function session(): Session | undefined {
  return state?.session ?? undefined;
}

const DEFAULTS: Settings = {
  language: "en",
  theme: "system",
  density: "comfortable",
  undo_send_s: 5,
  enter_sends: true,
  keep_unread_until_reply: false,
  show_events: true,
  close_reason_required: false,
  keys: {},
  focus_line: false,
  availability: "online",
};
export function settings(): Settings {
  return state?.session?.settings ?? DEFAULTS;
}

/** Counts what was asked or taken: an answer that was overtaken is not painted over a newer one. */
let turn = 0;

/** Takes a state that a command answered, and paints it. */
export async function takeState(next: AppState): Promise<void> {
  turn += 1;
  const wasReady = state?.phase.phase === "ready";
  if (!wasReady && next.phase.phase === "ready") await loadMemory();
  // On the first run the person's choice on screen counts until there is a workspace to keep it.
  const choosing = state?.phase.phase === "first_run" && next.phase.phase === "first_run";
  loadError = undefined;
  state = next;
  if (!choosing) {
    showLocale(next.session?.settings.language ?? next.language);
    showTheme(next.session?.settings.theme ?? next.theme);
  }
  showDensity(next.session?.settings.density ?? "comfortable");
  setRemapped(readKeys(next.session?.settings.keys ?? {}));
}

/** Reads the state; true when it is another than before. */
export async function loadState(): Promise<boolean> {
  const before = untrack(() => JSON.stringify(state));
  const mine = ++turn;
  try {
    const next = await call("get_app_state");
    if (mine === turn) await takeState(next);
  } catch (error) {
    loadError = error;
  }
  return JSON.stringify(state) !== before;
}

/** Saves settings. They are painted at once; a refusal paints the old ones back. */
export async function changeSettings(patch: SettingsPatch, label: Words): Promise<void> {
  const before = state;
  if (state?.session) {
    const next = {
      ...state,
      session: { ...state.session, settings: { ...state.session.settings, ...patch } as Settings },
    };
    await takeState(next);
  }
  if (!(await act(label, () => call("update_settings", patch))) && before) await takeState(before);
}

export function availabilityLabel(availability: Availability): string {
  return availability === "away" ? m.did_set_away() : m.did_set_available();
}

/** Stored as one text per action: bindings joined by ", "; empty switches the key off. */
export function readKeys(keys: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(keys).map(([id, text]) => [id, text === "" ? [] : text.split(", ")]));
}
export function writeKeys(keys: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).map(([id, list]) => [id, list.join(", ")]));
}
