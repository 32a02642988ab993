// The keys of the list and of the conversations in it. They act on the picked rows, else on the open one.
import type { ConversationId, MuteFor } from "../../backend";
import { chatMute, muteChat } from "../../app/alerts.svelte";
import { register } from "../../app/actions.svelte";
import { chatOnScreen } from "../../app/beside.svelte";
import { choose, chosenConversation, chosenView } from "../../app/chosen.svelte";
import { markRead, markUnread, noReplyNeeded, reopen, startClose, startSnooze, bulk } from "../../app/conversations";
import { noticesOpen } from "../../app/notices.svelte";
import { currentScreen } from "../../app/route.svelte";
import { isHistory } from "../../lib/channel";
import { m } from "../../paraglide/messages.js";
import type { InboxModel } from "./list.svelte";
import type { Picks } from "./picks.svelte";

interface List {
  model: InboxModel;
  picks: Picks;
  move: (by: number) => void;
  open: () => void;
  focus: () => void;
}

export function registerListActions({ model, picks, move, open, focus }: List): () => void {
  const here = () => currentScreen() === "inbox" || m.reason_go_inbox();
  /** The keys of the list do nothing behind the one that stands in its place: a chat would open that nobody chose. */
  const onList = () => (here() === true ? !noticesOpen() || m.reason_close_notices() : m.reason_go_inbox());
  /** Beside the board there is the chat alone. */
  const picking = () => currentScreen() === "inbox" && picks.active;
  const target = (): ConversationId[] => {
    if (picking() && picks.ids.size > 0) return [...picks.ids];
    const chosen = chosenConversation();
    return chosen ? [chosen] : [];
  };
  const some = () =>
    picking() || chatOnScreen() !== null || (here() !== true ? m.reason_go_inbox() : m.reason_no_chat());
  const single = () =>
    (chatOnScreen() !== null && chosenView() !== undefined) ||
    (here() !== true ? m.reason_go_inbox() : m.reason_no_chat());
  const openOne = () => {
    const can = some();
    if (can !== true || picking()) return can;
    return chosenView()?.state.state !== "closed" || m.reason_closed();
  };

  function nextAfter(id: ConversationId): ConversationId | null {
    const at = model.indexOf(id);
    return at === -1 ? null : (model.at(at + 1)?.id ?? model.at(at - 1)?.id ?? null);
  }
  function closeAll(andGoOn: boolean) {
    const ids = target();
    const chosen = chosenConversation();
    const next = andGoOn && here() === true && chosen && ids.includes(chosen) ? nextAfter(chosen) : undefined;
    if (picking() && picks.all) void bulk(picks.target(model.view), { do: "close", reason: null });
    else startClose(ids);
    if (picking()) picks.clear();
    if (next !== undefined) choose(next);
  }

  const mute = (wanted: MuteFor | null) => () => {
    const chosen = chosenConversation();
    if (chosen) void muteChat(chosen, wanted);
  };
  const mutes: [MuteFor, () => string][] = [
    ["one_hour", m.action_mute_one_hour],
    ["eight_hours", m.action_mute_eight_hours],
    ["tomorrow", m.action_mute_tomorrow],
    ["always", m.action_mute_always],
  ];

  return register(
    ...mutes.map(([wanted, title]) => ({
      id: `conversation.mute.${wanted}`,
      title,
      words: m.alerts_title,
      group: "conversation" as const,
      run: mute(wanted),
      available: single,
    })),
    {
      id: "conversation.unmute",
      title: m.action_unmute,
      words: m.alerts_title,
      group: "conversation",
      run: mute(null),
      available: () => {
        const view = chosenView();
        if (single() !== true || !view) return m.reason_no_chat();
        return chatMute(view.id) !== undefined || m.reason_not_muted();
      },
    },
    {
      id: "list.next",
      title: m.action_next,
      group: "list",
      keys: ["j"],
      quiet: true,
      run: () => move(1),
      available: onList,
    },
    {
      id: "list.previous",
      title: m.action_previous,
      group: "list",
      keys: ["k"],
      quiet: true,
      run: () => move(-1),
      available: onList,
    },
    {
      id: "list.open",
      title: m.action_open,
      group: "list",
      keys: ["enter", "o"],
      quiet: true,
      run: open,
      available: onList,
    },
    { id: "list.focus", title: m.action_focus_list, group: "go", keys: ["g c"], run: focus, available: onList },
    {
      id: "list.pick",
      title: m.action_pick,
      group: "list",
      keys: ["x"],
      run: () => {
        const chosen = chosenConversation();
        if (chosen) picks.toggle(chosen, model.indexOf(chosen));
      },
      available: () => (here() === true ? single() : here()),
    },
    {
      id: "list.pick-all",
      title: m.action_pick_all,
      group: "list",
      keys: ["mod+a"],
      run: () => picks.loaded(model.rows.map((r) => r.id)),
      available: here,
    },
    {
      id: "list.pick-none",
      title: m.bulk_clear,
      group: "list",
      quiet: true,
      keys: ["esc"],
      run: () => picks.clear(),
      available: () => picks.active || m.reason_already(),
    },
    {
      id: "conversation.close",
      title: m.action_close,
      group: "conversation",
      keys: ["e"],
      run: () => closeAll(false),
      available: openOne,
    },
    {
      id: "conversation.close-next",
      title: m.action_close_next,
      group: "conversation",
      keys: ["shift+e"],
      run: () => closeAll(true),
      available: openOne,
    },
    {
      id: "conversation.reopen",
      title: m.action_reopen,
      group: "conversation",
      run: () => {
        const chosen = chosenConversation();
        if (chosen) void reopen(chosen);
      },
      available: () =>
        single() !== true
          ? m.reason_no_chat()
          : isHistory(chosenView()?.line.type ?? "")
            ? m.locked_history()
            : chosenView()?.state.state !== "open" || m.reason_open(),
    },
    {
      id: "conversation.snooze",
      title: m.action_snooze,
      group: "conversation",
      keys: ["s"],
      run: () => startSnooze(target()),
      available: some,
    },
    {
      id: "conversation.unread",
      title: m.action_unread,
      group: "conversation",
      keys: ["u"],
      run: () => {
        const view = chosenView();
        if (picking()) void bulk(picks.target(model.view), { do: "mark_unread" });
        else if (view) void (view.unread > 0 || view.manual_unread ? markRead(view.id) : markUnread(view.id));
      },
      available: some,
    },
    {
      id: "conversation.no-reply",
      title: m.action_no_reply,
      group: "conversation",
      run: () => {
        const chosen = chosenConversation();
        if (chosen) void noReplyNeeded(chosen);
      },
      available: () =>
        single() !== true
          ? m.reason_no_chat()
          : (chosenView()?.waiting_since_ms ?? null) !== null || m.reason_not_waiting(),
    },
  );
}
