// The keys that work on a screen: each once, with what it does there.
import { availability, GROUPS, keysOf, type Action, type ActionGroup } from "./actions.svelte";
import type { Screen } from "./route.svelte";

/** Where the actions of a group are at home; the others go anywhere. */
const HOMES: Partial<Record<ActionGroup, Screen>> = {
  list: "inbox",
  board: "board",
  leads: "leads",
  agenda: "agenda",
  directory: "directory",
};

export interface Keys {
  group: ActionGroup;
  actions: { action: Action; keys: readonly string[] }[];
}

/** What works nowhere but on another screen is left out, and of two with one key stands the one that would answer. */
export function keysOn(screen: Screen, actions: readonly Action[]): Keys[] {
  const can = new Map(actions.map((action) => [action.id, availability(action) === true]));
  const isHome = (action: Action) => HOMES[action.group] === screen;
  const here = actions.filter((action) => isHome(action) || HOMES[action.group] === undefined || can.get(action.id));
  const rank = (action: Action) =>
    (can.get(action.id) && action.first ? 4 : 0) + (isHome(action) ? 2 : 0) + (can.get(action.id) ? 1 : 0);
  const answers = new Map<string, Action>();
  for (const action of here)
    for (const key of keysOf(action.id)) {
      const other = answers.get(key);
      if (!other || rank(action) > rank(other)) answers.set(key, action);
    }
  const shown = here.map((action) => ({
    action,
    keys: keysOf(action.id).filter((key) => answers.get(key) === action),
  }));
  return GROUPS.map((group) => ({
    group,
    actions: shown.filter(({ action, keys }) => action.group === group && keys.some((key) => key !== "esc")),
  })).filter(({ actions }) => actions.length > 0);
}
