import type { QuickReplyView } from "../../backend";

/** The reply in the editor; "new" for one that does not exist yet. */
export const editing = $state<{ reply: QuickReplyView | "new" | null }>({ reply: null });
