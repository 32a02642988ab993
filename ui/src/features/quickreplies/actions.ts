import { register } from "../../app/actions.svelte";
import { goSettings } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";
import { editing } from "./editing.svelte";

export function registerQuickReplyActions(): () => void {
  return register(
    {
      id: "go.quick-replies",
      title: m.quick_action_go,
      words: m.quick_title,
      group: "go",
      run: () => goSettings("quick"),
    },
    {
      id: "quick-replies.new",
      title: m.quick_new,
      words: m.quick_title,
      group: "write",
      run: () => {
        goSettings("quick");
        editing.reply = "new";
      },
    },
  );
}
