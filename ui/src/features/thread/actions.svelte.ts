import type { ThreadAt } from "../../backend";
import { register } from "../../app/actions.svelte";
import { chatOnScreen } from "../../app/beside.svelte";
import { go } from "../../app/route.svelte";
import { openSearch } from "../../app/searching.svelte";
import { changeSettings, settings } from "../../app/session.svelte";
import { m } from "../../paraglide/messages.js";
import type { ThreadModel } from "./model.svelte";

interface ThreadKeys {
  model: () => ThreadModel | undefined;
  jump: (at: ThreadAt) => void;
  bottom: () => void;
  onback: () => void;
}

export function registerThreadActions({ model, jump, bottom }: ThreadKeys): () => void {
  const open = () => (chatOnScreen() !== null && model() !== undefined) || m.reason_no_chat();
  return register(
    {
      id: "thread.newest",
      title: m.jump_bottom,
      group: "conversation",
      keys: ["shift+g"],
      run: bottom,
      available: open,
    },
    {
      id: "thread.oldest",
      title: m.jump_first,
      group: "conversation",
      keys: ["g g"],
      run: () => jump({ at: "oldest" }),
      available: open,
    },
    {
      id: "thread.search",
      title: m.search_here,
      group: "conversation",
      run: () => {
        const view = model()?.view;
        if (!view) return;
        go("inbox");
        openSearch({ id: view.id, name: view.name });
      },
      available: open,
    },
    {
      id: "thread.events",
      title: m.toggle_events,
      group: "conversation",
      run: () =>
        changeSettings(
          { show_events: !settings().show_events },
          settings().show_events ? m.did_hide_events() : m.did_show_events(),
        ),
      available: open,
    },
  );
}
