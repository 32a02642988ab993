// Locks the screen after minutes without a hand on the app. Time is read from the clock, not counted: after sleep
// it has passed.
import { call, type AppLockView } from "../backend";
import { attempt } from "./act";
import { takeState } from "./session.svelte";

const LOOK_MS = 5_000;
const HANDS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

let lock = $state.raw<AppLockView>({ is_set: false, after_minutes: 0 });

export function appLock(): AppLockView {
  return lock;
}
export function setAppLock(next: AppLockView): void {
  lock = next;
}

/** Drafts are flushed when the focus leaves them: locking takes it. */
export async function lockNow(): Promise<void> {
  (document.activeElement as HTMLElement | null)?.blur();
  const state = await attempt(() => call("lock_app"));
  if (state) await takeState(state);
}

/** Runs while there is something to lock; returns the undo. */
export function watchHands(now: () => number = Date.now): () => void {
  void attempt(() => call("get_app_lock")).then((view) => view && setAppLock(view));
  let touched = now();
  const touch = () => (touched = now());
  for (const hand of HANDS) addEventListener(hand, touch, { capture: true, passive: true });
  const timer = setInterval(() => {
    if (lock.is_set && lock.after_minutes > 0 && now() - touched >= lock.after_minutes * 60_000) void lockNow();
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const hand of HANDS) removeEventListener(hand, touch, { capture: true });
  };
}
