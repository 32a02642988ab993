// Says to the app where the person is: whether the window has the focus, whether it can be seen, which chat it shows,
// and that they did something. The app tells nothing of a chat under somebody's eyes, and everything else.
import { call, type ConversationId, type WindowPresence } from "../backend";
import { onResumed } from "./events";

/** Input says "still here": often enough for the minute that it holds, seldom enough to cost nothing. */
const INPUT_MS = 20_000;
const HANDS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Runs while there is a window to tell of; `openChat`: the chat on screen now; `report`: as the main window, or as
 *  another. Returns the undo. */
export function watchPresence(
  openChat: () => ConversationId | null,
  now: () => number = Date.now,
  report: (presence: WindowPresence) => Promise<unknown> = (presence) => call("report_presence", presence),
): () => void {
  let open: ConversationId | null = null;
  let told = "";
  let input_at = Number.NEGATIVE_INFINITY;
  let wanted = false;
  let withInput = false;
  let busy = false;

  const place = () => ({
    focused: document.hasFocus(),
    visible: document.visibilityState === "visible",
    open_chat: open,
  });
  /** One after the other: an older place must not arrive after a newer. */
  async function send() {
    if (busy) return;
    busy = true;
    while (wanted) {
      wanted = false;
      const presence: WindowPresence = { ...place(), input: withInput };
      withInput = false;
      told = JSON.stringify(place());
      // A refusal (a locked screen) says where nobody is; the next change tells anew.
      await report(presence).catch(() => (told = ""));
    }
    busy = false;
  }
  const tell = () => {
    wanted = true;
    void send();
  };
  const moved = () => {
    if (JSON.stringify(place()) !== told) tell();
  };
  const touched = () => {
    if (now() - input_at < INPUT_MS) return;
    input_at = now();
    withInput = true;
    tell();
  };

  const unwatch = $effect.root(() => {
    $effect(() => {
      open = openChat();
      moved();
    });
  });
  // The focus has moved once its event is over.
  const later = () => queueMicrotask(moved);
  addEventListener("focus", later);
  addEventListener("blur", later);
  document.addEventListener("visibilitychange", moved);
  for (const hand of HANDS) addEventListener(hand, touched, { capture: true, passive: true });
  // The app may have been started again: it knows nothing of this window.
  const stop = onResumed(tell);
  return () => {
    unwatch();
    stop();
    removeEventListener("focus", later);
    removeEventListener("blur", later);
    document.removeEventListener("visibilitychange", moved);
    for (const hand of HANDS) removeEventListener(hand, touched, { capture: true });
  };
}
