// The keys of a screen's filter.
import { register, type ActionGroup } from "../../app/actions.svelte";
import { m } from "../../paraglide/messages.js";

interface Here {
  /** While its screen is shown; a bar that was shown before is null. */
  bar: () => { openMenu: () => void } | null | undefined;
  isOn: () => boolean;
  clear: () => void;
}

export function registerFilterActions(
  group: Extract<ActionGroup, "board" | "leads" | "directory">,
  here: Here,
): () => void {
  const go = { board: m.reason_go_board, leads: m.reason_go_leads, directory: m.reason_go_directory }[group];
  const shown = () => Boolean(here.bar()) || go();
  const own = { group, words: { board: m.board, leads: m.leads, directory: m.directory }[group], first: true };
  return register(
    {
      ...own,
      id: `${group}.filter`,
      title: group === "directory" ? m.directory_filter_add : m.leads_filter_add,
      keys: ["shift+f"],
      run: () => here.bar()?.openMenu(),
      available: shown,
    },
    {
      ...own,
      id: `${group}.filter-clear`,
      title: m.leads_filter_clear,
      run: here.clear,
      available: () => (shown() === true ? here.isOn() || m.reason_already() : go()),
    },
  );
}
