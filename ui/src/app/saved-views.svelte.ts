// The lists of the inbox that the person keeps under a name (INB-12): read from every screen, opened from the palette and
// by their keys, changed one after the other.
import { untrack } from "svelte";
import { call, type Done, type SavedViewId, type SavedViewItem, type ViewChange } from "../backend";
import { m } from "../paraglide/messages.js";
import { keysOf, register, type Action } from "./actions.svelte";
import { act, offerUndo } from "./act";
import { askView } from "./asked.svelte";
import { errorText } from "./errors";
import { on, onResumed } from "./events";
import { closeNotices } from "./notices.svelte";
import { go } from "./route.svelte";
import { searching } from "./searching.svelte";
import { Newest } from "../lib/newest";

export const MAX_VIEWS = 100;
export const MAX_VIEW_NAME = 40;
export const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

let views = $state.raw<readonly SavedViewItem[]>([]);
const lists = new Newest();

/** In their order. */
export function savedViews(): readonly SavedViewItem[] {
  return views;
}
export function savedView(id: SavedViewId | null): SavedViewItem | undefined {
  return views.find((view) => view.id === id);
}
export async function readSavedViews(): Promise<void> {
  views = (await lists.ask(() => call("list_saved_views")).catch(() => undefined)) ?? views;
}

const actionOf = ({ id, digit }: SavedViewItem) => (digit === null ? `view.open.${id}` : `view.key-${digit}`);
/** The key that opens it now: people may have given it another one. */
export function keyOfView(view: SavedViewItem): string | undefined {
  return view.digit === null ? undefined : keysOf(actionOf(view))[0];
}
/** Why it can't be shown, or true. */
export function canShow(view: SavedViewItem): true | string {
  return view.shows !== null || m.view_newer();
}
function open(view: SavedViewItem): void {
  searching.open = false;
  closeNotices();
  askView({ saved: view.id });
  go("inbox");
}
function actionsOf(list: readonly SavedViewItem[]): Action[] {
  return list.map((view) => ({
    id: actionOf(view),
    title: () => m.action_view({ name: view.name }),
    words: m.views,
    group: "go",
    ...(view.digit === null ? { passing: true } : { keys: [`mod+${view.digit}`] }),
    run: () => open(view),
    available: () => canShow(view),
  }));
}

export function startSavedViews(): () => void {
  untrack(() => void readSavedViews());
  const stops = [
    on("saved_views_changed", () => void readSavedViews()),
    onResumed(() => void readSavedViews()),
    $effect.root(() => {
      $effect(() => register(...actionsOf(views)));
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** What was kept is read back before the page goes on, so that nothing jumps. Null when it was done, else why not. */
export async function keepView(label: string, run: () => Promise<Done>): Promise<{ text: string } | null> {
  try {
    const done = await run();
    await readSavedViews();
    offerUndo(label, done.undo);
    return null;
  } catch (error) {
    return { text: errorText(error) };
  }
}
/** As `keepView`, where a refusal has no place of its own. */
export function keepViewOrTell(label: string, run: () => Promise<Done>): Promise<boolean> {
  return act(label, async () => {
    const done = await run();
    await readSavedViews();
    return done;
  });
}
export const changeView = (id: SavedViewId, change: ViewChange) => call("change_saved_view", { id, change });
