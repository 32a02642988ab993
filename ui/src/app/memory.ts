// What this window remembers for itself on this device: pane widths, the last tab, the chosen chat, recent
// actions. Kept by the app as one small JSON text, read once at start. Never anything that a person wrote.
import { call } from "../backend";

const KEY = "window";
const PAUSE_MS = 250;
let values: Record<string, unknown> = {};
let keptAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Reads it back; what cannot be read is forgotten, not guessed. */
export async function loadMemory(): Promise<void> {
  try {
    const text = await call("get_ui_state", { key: KEY });
    const read: unknown = text === null ? {} : JSON.parse(text);
    values = typeof read === "object" && read !== null ? { ...(read as Record<string, unknown>), ...values } : values;
  } catch {
    // Before there is a workspace there is nothing to remember.
  }
}

export function recall<T>(key: string, fallback: T): T {
  return key in values ? (values[key] as T) : fallback;
}

/** Kept at once, and what changes on and on, as a width that is dragged, every quarter of a second. */
export function remember(key: string, value: unknown): void {
  values[key] = value;
  timer ??= setTimeout(() => void keepMemory(), Math.max(0, keptAt + PAUSE_MS - Date.now()));
}

/** Now, if something waits to be kept. */
export async function keepMemory(): Promise<void> {
  if (timer === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  keptAt = Date.now();
  await call("put_ui_state", { key: KEY, value: JSON.stringify(values) }).catch(() => undefined);
}
