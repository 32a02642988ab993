// A note between the messages of its chat.
import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it } from "vitest";
import { closeBeside, openBeside } from "../src/app/beside.svelte";
import { choose, chosenConversation, setChosenView } from "../src/app/chosen.svelte";
import { askPanel, panelAskedInInbox } from "../src/app/panel-asked.svelte";
import { currentScreen, go } from "../src/app/route.svelte";
import { days } from "../src/features/thread/days";
import NoteLine from "../src/features/thread/NoteLine.svelte";
import type { ConversationView, MessageView } from "../src/backend";
import { noteView } from "./note-views";

describe("a note in the chat", () => {
  const message = (id: string, at_ms: number) =>
    ({
      id,
      at_ms,
      direction: "in",
      author_name: "",
      inbound_no: null,
      body: { kind: "text", text: id },
    }) as MessageView;
  it("stands between the messages of its time", () => {
    const step = { id: "n", at_ms: 1500, text: "likes blue" };
    const items = days([message("a", 1000), message("b", 2000)], Infinity, [step]).flatMap((day) => day.items);
    expect(items.map((item) => item.step?.id ?? item.message?.id)).toEqual(["a", "n", "b"]);
  });
});

describe("a note in the chat that is pressed", () => {
  const view = (contact_id: string) => ({ id: `chat-${contact_id}`, contact_id }) as ConversationView;
  it("is shown in the inbox, with that chat, where it was pressed beside the board", async () => {
    go("board");
    openBeside("c1", "Ana", "chat-c1");
    const app = mount(NoteLine, { target: document.body, props: { view: noteView("pressed", 1000) } });
    flushSync();
    document.querySelector<HTMLButtonElement>("#step-pressed")!.click();
    expect(currentScreen()).toBe("inbox");
    expect(chosenConversation()).toBe("chat-c1");
    setChosenView(view("c1"));
    expect(panelAskedInInbox()).toBe(true);
    await unmount(app);
    closeBeside();
  });
  it("opens the panel of its own contact only, and in the inbox", () => {
    go("inbox");
    askPanel({ contact_id: "c1", tab: "notes", note_id: "n" });
    choose("chat-c2");
    setChosenView(view("c2"));
    expect(panelAskedInInbox(), "the panel of anybody would spring open").toBe(false);
    choose("chat-c1");
    expect(panelAskedInInbox(), "nobody has read yet whose chat it is").toBe(false);
    setChosenView(view("c1"));
    expect(panelAskedInInbox()).toBe(true);
    go("board");
    expect(panelAskedInInbox()).toBe(false);
    go("inbox");
  });
});
