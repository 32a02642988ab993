// The draft of one conversation: never lost, never in another chat, never sent twice (CMP-02, 03, 13).
import { beforeEach, describe, expect, it } from "vitest";
import {
  ApiError,
  useTransport,
  type ConversationView,
  type DraftView,
  type SaveDraft,
  type SendMessage,
} from "../src/backend";
import { leaveBox, openBox } from "../src/features/composer/boxes";
import { DraftBox } from "../src/features/composer/draft.svelte";
import { takeBackHeld } from "../src/app/sending";

let drafts: Map<string, DraftView>;
let sent: SendMessage[];
let refuse: string | undefined;
let order: string[];
let slow: Promise<void>;
let copying: Promise<void>;

const blank = (conversation_id: string, message_id: string): DraftView => ({
  conversation_id,
  message_id,
  text: "",
  attachments: [],
  reply_to: null,
  updated_at_ms: 0,
});

beforeEach(() => {
  drafts = new Map();
  sent = [];
  order = [];
  refuse = undefined;
  slow = copying = Promise.resolve();
  let next = 1;
  useTransport({
    async call(command, args) {
      await slow;
      order.push(command);
      if (command === "get_draft") {
        const { conversation_id: id } = args as { conversation_id: string };
        if (!drafts.has(id)) drafts.set(id, blank(id, `${id}-1`));
        return drafts.get(id);
      }
      if (command === "save_draft") {
        const { settle: _settle, ...draft } = args as SaveDraft;
        drafts.set(draft.conversation_id, { ...draft, updated_at_ms: 1 });
        return {};
      }
      if (command === "send_message") {
        if (refuse) throw new ApiError(refuse);
        const message = args as SendMessage;
        sent.push(message);
        const draft = blank(message.conversation_id, `${message.conversation_id}-${++next}`);
        drafts.set(message.conversation_id, draft);
        return { messages: [], draft };
      }
      if (command === "attach_file") {
        await copying;
        const { path } = args as { path: string };
        return { hash: path, name: path.split("/").at(-1), mime: "image/jpeg", size_bytes: 9, media: "image" };
      }
      if (command === "undo_send") return undo("j", "Uno");
      throw new ApiError("UNKNOWN_COMMAND");
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});

function type(box: DraftBox, letters: string) {
  for (const letter of letters) {
    box.text += letter;
    box.touched();
  }
}

describe("a draft box", () => {
  it("keeps a thousand fast switches apart, to the letter", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const typed = new Map(ids.map((id) => [id, ""]));
    const leaving: Promise<void>[] = [];
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let i = 0; i < 1000; i++) {
      const id = ids[random(ids.length)]!;
      const box = new DraftBox(id);
      // Some people type before the saved draft has come back, some after.
      if (random(2) === 0) await box.ready;
      type(box, id);
      typed.set(id, typed.get(id)! + id);
      leaving.push(box.ready.then(() => box.flush(true)));
      await leaving.at(-1);
    }
    for (const id of ids) expect(drafts.get(id)!.text, `only letters typed in ${id}`).toBe(typed.get(id));
  });

  it("puts letters typed before the saved draft arrived behind it", async () => {
    drafts.set("a", { ...blank("a", "a-1"), text: "Hola" });
    const box = new DraftBox("a");
    type(box, " María");
    await box.ready;
    expect(box.text).toBe("Hola María");
  });

  it("sends once however often Enter is pressed", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "Va");
    await Promise.all([box.send(), box.send(), box.send()]);
    expect(sent.map((m) => m.text)).toEqual(["Va"]);
    expect(sent[0]!.message_id, "the draft's id becomes the message's").toBe("a-1");
  });

  it("never saves the old words after they were sent", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "Va");
    void box.flush(false);
    await box.send();
    await box.flush(true);
    expect(order.lastIndexOf("save_draft")).toBeLessThan(order.indexOf("send_message"));
    expect(drafts.get("a")!.text).toBe("");
  });

  it("keeps what is typed while a send is on its way, under the next message's id", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "Uno");
    const going = box.send();
    type(box, "Dos");
    await going;
    await box.flush(true);
    expect(sent.map((m) => m.text)).toEqual(["Uno"]);
    expect(drafts.get("a")).toMatchObject({ text: "Dos", message_id: "a-2" });
  });

  it("brings the words back when the send is refused", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "Uno");
    refuse = "LINE_DOWN";
    const going = box.send();
    type(box, "Dos");
    await expect(going).rejects.toMatchObject({ code: "LINE_DOWN" });
    expect(box.text).toBe("Uno\nDos");
  });

  it("sends what is written faster than messages leave, each once and in order", async () => {
    const box = new DraftBox("a");
    await box.ready;
    const going: Promise<unknown>[] = [];
    for (const text of ["Uno", "Dos", "Tres"]) {
      type(box, text);
      going.push(box.send());
    }
    expect(box.text, "the box is free at once").toBe("");
    await Promise.all(going);
    expect(sent.map((m) => [m.message_id, m.text])).toEqual([
      ["a-1", "Uno"],
      ["a-2", "Dos"],
      ["a-3", "Tres"],
    ]);
    expect(box.sending).toBe(false);
  });

  it("brings everything back in order when the first of several is refused", async () => {
    const box = new DraftBox("a");
    await box.ready;
    refuse = "LINE_DOWN";
    type(box, "Uno");
    const first = box.send();
    type(box, "Dos");
    const second = box.send();
    type(box, "Tres");
    await expect(first).rejects.toMatchObject({ code: "LINE_DOWN" });
    await second;
    expect(box.text).toBe("Uno\nDos\nTres");
    expect(order.filter((c) => c === "send_message").length, "the second was not asked for").toBe(1);
    refuse = undefined;
    await box.send();
    expect(sent.map((m) => m.text)).toEqual(["Uno\nDos\nTres"]);
  });

  it("returns an undone message in front of what was typed since", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "Dos");
    await box.takeBack(() => undo("a", "Uno"));
    expect(box.text).toBe("Uno\nDos");
    await box.flush(true);
    expect(drafts.get("a")).toMatchObject({ text: "Uno\nDos", message_id: "a-back" });
  });

  it("returns a message to a chat that is just being opened, once", async () => {
    drafts.set("a", { ...blank("a", "a-1"), text: "Dos" });
    let answer!: () => void;
    slow = new Promise((resolve) => (answer = resolve));
    const box = new DraftBox("a");
    const returned = box.takeBack(() => undo("a", "Uno"));
    // Whatever does not wait for the reading has happened.
    await new Promise((resolve) => setTimeout(resolve));
    answer();
    await Promise.all([returned, box.ready]);
    expect(box.text).toBe("Uno\nDos");
    await box.flush(true);
    expect(drafts.get("a")).toMatchObject({ text: "Uno\nDos", message_id: "a-back" });
  });

  it("keeps words that happen to stand in the returned text", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "ok");
    await box.takeBack(() => undo("a", "look"));
    expect(box.text).toBe("look\nok");
  });

  it("repeats nothing when half of the words was saved and the rest typed while the app answers", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "half ");
    await box.flush(false);
    const answered = box.takeBack(async () => {
      const draft = await undo("a", "Uno");
      // A pause long enough for a save: none may overwrite what has just come back.
      type(box, "and half");
      void box.flush(false);
      return draft;
    });
    await answered;
    await box.flush(false);
    expect(box.text).toBe("Uno\nhalf and half");
    expect(drafts.get("a")).toMatchObject({ text: "Uno\nhalf and half", message_id: "a-back" });
  });

  it("does not take back letters that were saved while a reload was under way", async () => {
    const box = new DraftBox("a");
    await box.ready;
    let answer!: () => void;
    slow = new Promise((resolve) => (answer = resolve));
    const reloaded = box.reload();
    type(box, "new");
    const saved = box.flush(false);
    answer();
    await Promise.all([reloaded, saved]);
    expect(box.text).toBe("new");
    expect(drafts.get("a")!.text).toBe("new");
  });

  it("does not let a reload overwrite unsaved words", async () => {
    const box = new DraftBox("a");
    await box.ready;
    type(box, "mine");
    drafts.set("a", { ...blank("a", "a-1"), text: "other" });
    await box.reload();
    expect(box.text).toBe("mine");
  });
});

/** What the app does when something returns: it stands before the saved draft, under an id of its own. */
function undo(conversation_id: string, words: string): Promise<DraftView> {
  const typed = drafts.get(conversation_id)?.text ?? "";
  const draft = {
    ...blank(conversation_id, `${conversation_id}-back`),
    text: [words, typed].filter(Boolean).join("\n"),
  };
  drafts.set(conversation_id, draft);
  return Promise.resolve(draft);
}

const abilities = { max_upload_bytes: 50_000_000, max_photo_bytes: 10_000_000, max_text_chars: 4096 };
const chat = (id: string) => ({ id, abilities, line: { type: "simulator" } }) as unknown as ConversationView;
const photo = (name: string) => [{ path: `/home/ana/${name}`, name }];

describe("the boxes of the chats", () => {
  it("puts a file that was slow into the chat it was chosen in, beside what was typed there since", async () => {
    const first = openBox("f");
    await first.ready;
    let copied!: () => void;
    copying = new Promise((resolve) => (copied = resolve));
    void first.files.add(chat("f"), photo("big.jpg"));

    void leaveBox(first);
    const other = openBox("g");
    expect(other.files.coming, "the other chat has no file on its way").toEqual([]);
    await other.ready;
    type(other, "Hola");
    expect((await other.send())?.length, "and can be written to").toBe(0);
    void leaveBox(other);

    const again = openBox("f");
    await again.ready;
    expect(again.files.coming).toEqual(["big.jpg"]);
    type(again, "hello");
    await again.flush(true);
    copied();
    await again.files.arrived();
    await again.flush(true);
    expect(
      again.attachments.map((a) => a.name),
      "on screen",
    ).toEqual(["big.jpg"]);
    expect(drafts.get("f"), "and in the database, with the words").toMatchObject({
      text: "hello",
      attachments: [{ name: "big.jpg" }],
    });
    await leaveBox(again);
  });

  it("says that a photo over the channel's limit goes as a document, whole", async () => {
    const box = openBox("k");
    await box.ready;
    const small = { ...chat("k"), abilities: { ...abilities, max_photo_bytes: 5 } } as ConversationView;
    await box.files.add(small, photo("big.jpg"));
    expect(box.attachments).toMatchObject([{ name: "big.jpg", media: "document" }]);
    expect(box.files.problems).toMatchObject([{ note: true, text: expect.stringContaining("big.jpg") }]);
    await box.files.add(chat("k"), photo("small.jpg"));
    expect(box.attachments[1]).toMatchObject({ media: "image" });
    expect(box.files.problems).toEqual([]);
    await leaveBox(box);
  });

  it("loses no letter when a chat is opened again before its draft is saved", async () => {
    const first = openBox("h");
    await first.ready;
    type(first, "first");
    let committed!: () => void;
    slow = new Promise((resolve) => (committed = resolve));
    const left = leaveBox(first);
    const again = openBox("h");
    type(again, " and more");
    committed();
    await left;
    await again.flush(true);
    expect(again.text).toBe("first and more");
    expect(drafts.get("h")!.text).toBe("first and more");
    await leaveBox(again);
  });

  it("shows a draft that changed elsewhere while its chat was not open", async () => {
    const first = openBox("i");
    await first.ready;
    type(first, "mine");
    await leaveBox(first);
    drafts.set("i", { ...blank("i", "i-1"), text: "of another window" });
    const again = openBox("i");
    await again.ready;
    await again.reload();
    expect(again.text).toBe("of another window");
    await leaveBox(again);
  });

  it("saves what is typed before the app puts a message back in front of it", async () => {
    const box = openBox("j");
    await box.ready;
    type(box, "Dos");
    await takeBackHeld({ id: "j-held", conversation_id: "j" });
    expect(box.text).toBe("Uno\nDos");
    expect(order.indexOf("save_draft")).toBeLessThan(order.indexOf("undo_send"));
    await leaveBox(box);
  });
});
