import { m } from "../paraglide/messages.js";
import type { ActionGroup } from "./actions.svelte";

export function groupTitle(group: ActionGroup): string {
  switch (group) {
    case "go":
      return m.group_go();
    case "list":
      return m.group_list();
    case "lead":
      return m.group_lead();
    case "board":
      return m.group_board();
    case "leads":
      return m.leads();
    case "agenda":
      return m.agenda();
    case "directory":
      return m.directory();
    case "conversation":
      return m.group_conversation();
    case "write":
      return m.group_write();
    case "app":
      return m.group_app();
  }
}
