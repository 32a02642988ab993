import type Inbox from "@lucide/svelte/icons/inbox";

/** What every `icon` property takes: a component from `@lucide/svelte/icons/*`. */
export type IconOf = typeof Inbox;
