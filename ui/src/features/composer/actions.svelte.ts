import { register } from "../../app/actions.svelte";
import { chatOnScreen } from "../../app/beside.svelte";
import { m } from "../../paraglide/messages.js";
import type { SendOptions } from "./draft.svelte";

interface WriteKeys {
  /** Why nothing can be written here. */
  locked: () => string | null;
  /** Why nothing can be sent now. */
  reason: () => string | null;
  focus: () => void;
  attach: () => void;
  quick: () => void;
  send: (options?: SendOptions) => void;
  /** At a time of its own. */
  plan: (when: "hour" | "tomorrow" | undefined) => void;
  whyNotLater: () => string | null;
}

export function registerWriteActions({
  locked,
  reason,
  focus,
  attach,
  quick,
  send,
  plan,
  whyNotLater,
}: WriteKeys): () => void {
  const here = () => (chatOnScreen() !== null ? (locked() ?? true) : m.reason_no_chat());
  const sendable = () => (here() !== true ? here() : (reason() ?? true));
  const plannable = () => (here() !== true ? here() : (whyNotLater() ?? true));
  const times: ["hour" | "tomorrow" | undefined, () => string][] = [
    ["hour", m.follow_send_hour],
    ["tomorrow", m.follow_send_tomorrow],
    [undefined, m.follow_send_at],
  ];
  return register(
    ...times.map(([when, title]) => ({
      id: `write.later.${when ?? "at"}`,
      title,
      words: m.follow_send_later,
      group: "write" as const,
      run: () => plan(when),
      available: plannable,
    })),
    { id: "write.reply", title: m.action_reply, group: "write", keys: ["r"], run: focus, available: here },
    { id: "write.attach", title: m.attach, group: "write", keys: ["mod+shift+a"], run: attach, available: here },
    { id: "write.quick", title: m.insert_quick, group: "write", keys: ["mod+/"], run: quick, available: here },
    { id: "write.send", title: m.send, group: "write", keys: ["mod+enter"], run: () => send(), available: sendable },
    {
      id: "write.send-when-reply",
      title: m.send_when_reply,
      group: "write",
      run: () => send({ when_they_reply: true }),
      available: sendable,
    },
  );
}
