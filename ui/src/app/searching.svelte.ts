// Whether the search pane is open, and whether it looks in one conversation only. The thread asks, the list shows.
import type { ConversationId } from "../backend";

interface Searching {
  open: boolean;
  within: { id: ConversationId; name: string } | null;
}
export const searching = $state<Searching>({ open: false, within: null });

export function openSearch(within: Searching["within"] = null): void {
  searching.within = within;
  searching.open = true;
}
