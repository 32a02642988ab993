// Reading by being there (INB-04): the newest message is on screen in a focused window.
import type { ConversationView } from "../../backend";

interface Reader {
  /** At the end of the thread, with nothing newer to load. */
  atNewest: boolean;
  focused: boolean;
  /** The chat was marked unread by hand before it was opened. */
  wasMarked: boolean;
  /** "Clear only when I reply or mark read". */
  keepsUnread: boolean;
}

/** The number of the newest message that has come, when being here reads the chat; null when it does not. Not the
 *  number of the last one in the thread: a late message stands above it and has a higher one. */
export function readUpTo(
  view: Pick<ConversationView, "unread" | "read_inbound">,
  { atNewest, focused, wasMarked, keepsUnread }: Reader,
): number | null {
  if (keepsUnread || !focused || !atNewest || (view.unread === 0 && !wasMarked)) return null;
  return view.read_inbound + view.unread;
}
