// What can be done with saved views from the palette; opening one is an action of its own, from every screen.
import type { SavedViewItem } from "../../backend";
import { register } from "../../app/actions.svelte";
import { currentScreen } from "../../app/route.svelte";
import { savedViews } from "../../app/saved-views.svelte";
import { m } from "../../paraglide/messages.js";

interface Views {
  /** The one that the list is of. */
  saved: () => SavedViewItem | undefined;
  differs: () => boolean;
  saveChanges: () => void;
  saveAs: () => void;
  edit: () => void;
  leave: () => void;
}

export function registerViewActions({ saved, differs, saveChanges, saveAs, edit, leave }: Views): () => void {
  const here = () => currentScreen() === "inbox" || m.reason_go_inbox();
  const inView = () => (here() === true ? saved() !== undefined || m.reason_no_view() : here());
  return register(
    { id: "views.save", title: m.view_save_as, words: m.views, group: "list", run: saveAs, available: here },
    {
      id: "views.change",
      title: m.view_save_changes,
      words: m.views,
      group: "list",
      run: saveChanges,
      available: () => (inView() === true ? differs() || m.reason_already() : inView()),
    },
    { id: "views.leave", title: m.action_view_leave, words: m.views, group: "list", run: leave, available: inView },
    {
      id: "views.edit",
      title: m.view_edit_entry,
      words: m.views,
      group: "list",
      run: edit,
      available: () => savedViews().length > 0 || m.reason_no_views(),
    },
  );
}
