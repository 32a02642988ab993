// Turns key strokes into actions. Sequences ("g i") wait a second for their next stroke.
import { allActions, availability, keysOf, runAction } from "./actions.svelte";
import { followFocus } from "./lost-focus";
import { toast } from "./toast.svelte";
import { isTyping, strokeOf, worksWhileTyping } from "./keys";

const SEQUENCE_MS = 1000;
const PRESSES = new Set(["enter", "space", "shift+enter", "shift+space"]);

/** Listens on the window; returns the undo. `blocked` says that a layer (dialog, menu) owns the keys. */
export function listenKeys(blocked: () => boolean): () => void {
  let pending = "";
  let pendingUntil = 0;

  const focus = followFocus(() => !blocked() && runAction("write.reply"));

  function onkeydown(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing) return;
    const stroke = strokeOf(event);
    if (stroke === undefined) return;
    if (blocked()) return;
    // The letter goes where the focus goes.
    if (stroke.length === 1 && focus.bringHome()) return;
    const typing = isTyping(event.target);
    // While there are words in the field, Ctrl+Z and Ctrl+A are the field's own.
    if (typing && (stroke === "mod+z" || stroke === "mod+a") && (stroke === "mod+a" || hasWords(event.target))) return;
    // Enter and Space press what has the focus.
    if (PRESSES.has(stroke) && pressable(event.target)) return;
    const now = event.timeStamp;
    const typed = pending !== "" && now < pendingUntil ? `${pending} ${stroke}` : stroke;
    pending = "";

    for (const wanted of typed === stroke ? [stroke] : [typed, stroke]) {
      const match = find(wanted, typing);
      if (match) {
        event.preventDefault();
        runAction(match);
        return;
      }
    }
    const why = typing ? undefined : whyNot(stroke);
    if (why) {
      event.preventDefault();
      toast(why);
      return;
    }
    if (!typing && startsSequence(stroke)) {
      pending = stroke;
      pendingUntil = now + SEQUENCE_MS;
      event.preventDefault();
    }
  }

  addEventListener("keydown", onkeydown);
  return () => {
    removeEventListener("keydown", onkeydown);
    focus.stop();
  };
}

function find(binding: string, typing: boolean): string | undefined {
  if (typing && !worksWhileTyping(binding)) return undefined;
  const can = allActions().filter((a) => keysOf(a.id).includes(binding) && availability(a) === true);
  return (can.find((a) => a.first) ?? can[0])?.id;
}

function whyNot(binding: string): string | undefined {
  const action = allActions().find((one) => one.tells && keysOf(one.id).includes(binding));
  const can = action && availability(action);
  return typeof can === "string" ? can : undefined;
}

function startsSequence(stroke: string): boolean {
  return allActions().some((a) => keysOf(a.id).some((k) => k.startsWith(`${stroke} `)));
}

function hasWords(target: EventTarget | null): boolean {
  return (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target.value !== "";
}

function pressable(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      "button, a, label, summary, input, select, [role=button], [role=option], [role=menuitem], [role=tab], [role=slider]",
    ) !== null
  );
}
