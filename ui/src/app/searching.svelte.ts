// Whether the search pane is open, and whether it looks in one conversation only. The thread asks, the list shows.
import type { ConversationId } from "../backend";

interface Searching {
  open: boolean;
  within: { id: ConversationId; name: string } | null;
  /** Counts the requests: asking again while it is open puts the cursor back into the box. */
  asked: number;
  /** Words that were typed elsewhere: the box begins with them, once. */
  words: string | null;
}
export const searching = $state<Searching>({ open: false, within: null, asked: 0, words: null });

export function openSearch(within: Searching["within"] = null, words: string | null = null): void {
  searching.within = within;
  searching.words = words;
  searching.open = true;
  searching.asked++;
}
