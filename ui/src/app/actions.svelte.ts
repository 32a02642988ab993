// The one list of what a person can do. The palette, the keyboard, the help sheet and the tooltips all read it,
// so a shortcut is written once and an action that cannot run now says why.
import { untrack } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import { recall, remember } from "./memory";

export interface Action {
  /** "conversation.close": stable, used for remapped keys and recents. */
  id: string;
  title: () => string;
  /** Other words by which the palette finds it. */
  words?: () => string;
  /** Heading in the help sheet. */
  group: ActionGroup;
  /** Default bindings, the first one is shown. */
  keys?: readonly string[];
  run: () => void | Promise<void>;
  /** true, or the reason in words why not. */
  available?: () => true | string;
  /** Kept out of the palette (moving the selection, closing a layer). */
  quiet?: boolean;
  /** It comes and goes with a thing of the person's own: no key is given to it in the settings. */
  passing?: boolean;
  /** Its screen means something of its own by a key that otherwise leads elsewhere: while it can run, it is first. */
  first?: boolean;
  /** Its key says why it can't, where nothing else goes by that key. */
  tells?: boolean;
}

export type ActionGroup =
  "go" | "list" | "lead" | "board" | "leads" | "agenda" | "directory" | "conversation" | "write" | "app";
export const GROUPS: readonly ActionGroup[] = [
  "go",
  "list",
  "lead",
  "board",
  "leads",
  "agenda",
  "directory",
  "conversation",
  "write",
  "app",
];

const actions = new SvelteMap<string, Action>();
let remapped = $state.raw<Record<string, string[]>>({});
let recents = $state.raw<string[]>();

/** Adds actions until the returned function is called. An effect may call it: it depends on nothing here. */
export function register(...list: Action[]): () => void {
  untrack(() => {
    for (const action of list) {
      if (actions.has(action.id)) throw new Error(`action ${action.id} is registered twice`);
      actions.set(action.id, action);
    }
  });
  return () => untrack(() => list.forEach((action) => actions.delete(action.id)));
}

export function allActions(): Action[] {
  return [...actions.values()];
}

export function actionById(id: string): Action | undefined {
  return actions.get(id);
}

export function keysOf(id: string): readonly string[] {
  return remapped[id] ?? actions.get(id)?.keys ?? [];
}

/** true, or why it cannot run. */
export function availability(action: Action): true | string {
  return action.available?.() ?? true;
}

/** Runs an action by id when it may run; remembers it for the palette where a person asked for it. */
export function runAction(id: string, asked = true): boolean {
  const action = actions.get(id);
  if (!action || availability(action) !== true) return false;
  if (asked && !action.quiet) {
    recents = [id, ...recentIds().filter((r) => r !== id)].slice(0, 12);
    remember("recent-actions", recents);
  }
  void action.run();
  return true;
}

export function recentIds(): readonly string[] {
  return recents ?? recall<string[]>("recent-actions", []);
}

/** The person's own keys, by action id; an empty list switches a key off. */
export function setRemapped(next: Record<string, string[]>): void {
  remapped = next;
}
export function currentRemapped(): Record<string, string[]> {
  return remapped;
}

/** Bindings that more than one action claims, or that are the beginning of another's sequence. */
export function conflicts(of: (id: string) => readonly string[] = keysOf): Map<string, string[]> {
  const claims = new Map<string, string[]>();
  for (const action of actions.values())
    for (const binding of of(action.id)) claims.set(binding, [...(claims.get(binding) ?? []), action.id]);
  const found = new Map<string, string[]>();
  for (const [binding, ids] of claims) {
    const longer = [...claims].filter(([other]) => other.startsWith(`${binding} `)).flatMap(([, others]) => others);
    const all = [...new Set([...ids, ...longer])];
    if (all.length > 1) found.set(binding, all);
  }
  return found;
}
