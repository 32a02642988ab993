// Key bindings as text ("mod+k", "shift+e", "g i", "?"), how an event is written in it, and how it is shown.

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

const MODIFIERS = ["mod", "ctrl", "alt", "shift"] as const;
const NAMED: Record<string, string> = {
  " ": "space",
  Escape: "esc",
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Enter: "enter",
  Tab: "tab",
  Backspace: "backspace",
  Delete: "delete",
  Home: "home",
  End: "end",
  PageUp: "pageup",
  PageDown: "pagedown",
};

type KeyLike = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** One stroke as text, or undefined for a bare modifier or dead key. Shift is kept for letters and named keys only:
 *  "?" is "?" on every layout, whatever keys make it. */
export function strokeOf(event: KeyLike, mac = isMac): string | undefined {
  const { key } = event;
  if (["Shift", "Control", "Alt", "Meta", "Dead", "Process", "AltGraph", "Unidentified"].includes(key))
    return undefined;
  const named = NAMED[key];
  const base = named ?? (key.length === 1 ? key.toLowerCase() : key.toLowerCase());
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const parts: string[] = [];
  if (mac ? event.metaKey : event.ctrlKey) parts.push("mod");
  if (mac ? event.ctrlKey : event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && (letter || named !== undefined)) parts.push("shift");
  return [...parts, base].join("+");
}

/** Whether a binding may fire while someone types: only with Ctrl, Cmd or Alt, never a bare key. */
export function worksWhileTyping(binding: string): boolean {
  const first = binding.split(" ")[0] ?? "";
  return /(^|\+)(mod|ctrl|alt)\+/.test(`${first}`) || first === "esc" || /^f\d+$/.test(first);
}

const SYMBOLS: Record<string, string> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  enter: "↵",
};
const WORDS: Record<string, string> = {
  esc: "Esc",
  space: "Space",
  tab: "Tab",
  backspace: "⌫",
  delete: "Del",
  home: "Home",
  end: "End",
  pageup: "PgUp",
  pagedown: "PgDn",
};

/** The strokes of a binding for people: [["Ctrl","K"]] or [["G"],["I"]]. */
export function showBinding(binding: string, mac = isMac): string[][] {
  return binding.split(" ").map((stroke) =>
    splitStroke(stroke).map((part) => {
      if (part === "mod") return mac ? "⌘" : "Ctrl";
      if (part === "ctrl") return mac ? "⌃" : "Super";
      if (part === "alt") return mac ? "⌥" : "Alt";
      if (part === "shift") return mac ? "⇧" : "Shift";
      return SYMBOLS[part] ?? WORDS[part] ?? part.toUpperCase();
    }),
  );
}

/** One line of text: "Ctrl+K", "G I". */
export function bindingText(binding: string, mac = isMac): string {
  return showBinding(binding, mac)
    .map((stroke) => stroke.join(mac ? "" : "+"))
    .join(" ");
}

/** In the form that `aria-keyshortcuts` wants. Sequences have none. */
export function ariaBinding(binding: string, mac = isMac): string | undefined {
  if (binding.includes(" ")) return undefined;
  return splitStroke(binding)
    .map((p) =>
      p === "mod"
        ? mac
          ? "Meta"
          : "Control"
        : p === "ctrl"
          ? "Control"
          : p.length === 1
            ? p.toUpperCase()
            : p[0]!.toUpperCase() + p.slice(1),
    )
    .join("+");
}

function splitStroke(stroke: string): string[] {
  const parts: string[] = [];
  let rest = stroke;
  for (const modifier of MODIFIERS) {
    if (rest.startsWith(`${modifier}+`) && rest.length > modifier.length + 1) {
      parts.push(modifier);
      rest = rest.slice(modifier.length + 1);
    }
  }
  return [...parts, rest];
}

/** Whether the person is writing: then single keys belong to the text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return (
    target instanceof HTMLInputElement &&
    !["checkbox", "radio", "button", "submit", "range", "color"].includes(target.type)
  );
}
