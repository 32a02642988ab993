// Going through the hits from anywhere: the thread keeps the focus, the hits follow.
import { register } from "../../app/actions.svelte";
import { choose } from "../../app/chosen.svelte";
import { searching } from "../../app/searching.svelte";
import { m } from "../../paraglide/messages.js";
import { search } from "./model.svelte";

async function go(by: 1 | -1): Promise<void> {
  const hit = await search.step(by);
  if (hit) choose(hit.conversation_id, hit.message_id);
}

export function registerSearchActions(): () => void {
  const available = () => (searching.open && search.messages.length > 0) || m.search_reason_none();
  return register(
    { id: "search.next", title: m.search_action_next, group: "go", keys: ["mod+g", "f3"], run: () => go(1), available },
    {
      id: "search.previous",
      title: m.search_action_previous,
      group: "go",
      keys: ["mod+shift+g"],
      run: () => go(-1),
      available,
    },
  );
}
