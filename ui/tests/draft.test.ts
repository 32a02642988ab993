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
import { endProgram, keepBoxes, leaveBox, openBox } from "../src/features/composer/boxes";
import { DraftBox } from "../src/features/composer/draft.svelte";
import { takeBackHeld } from "../src/app/sending";

let drafts: Map<string, DraftView>;
let sent: SendMessage[];
let refuse: string | undefined;
let order: string[];
/** Chats whose draft the app can't save. */
let unsavable: Set<string>;
let slow: Promise<void>;
let copying: Promise<void>;
/** Names of photos that are more than the channel takes as photos. */
let tooBig: Set<string>;
/** What a photo over the limit is refused with, whichever way was chosen for it. */
let refuseChosen: string | undefined;

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
  unsavable = new Set();
  refuse = undefined;
  slow = copying = Promise.resolve();
  tooBig = new Set();
  refuseChosen = undefined;
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
        if (unsavable.has(draft.conversation_id)) throw new ApiError("DISK_FULL", {}, true);
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
        const { path, over_limit } = args as { path: string; over_limit?: string };
        const name = path.split("/").at(-1)!;
        if (over_limit && refuseChosen) throw new ApiError(refuseChosen, { name });
        if (tooBig.has(name) && !over_limit) throw new ApiError("FILE_TOO_BIG", overLimit(name));
        const media = over_limit === "document" ? "document" : "image";
        return { hash: path, name, mime: "image/jpeg", size_bytes: 9, media };
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

/** What the app answers about a photo that is more than the channel takes. */
const overLimit = (name: string) => ({
  name,
  size_bytes: "12000000",
  max_bytes: "10000000",
  media: "image",
  can_be_smaller: "true",
  can_be_document: "true",
});
const abilities = {
  max_upload_bytes: 50_000_000,
  max_photo_bytes: 10_000_000,
  max_video_bytes: 16_000_000,
  max_audio_bytes: 50_000_000,
  max_text_chars: 4096,
};
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
    expect(again.files.coming.map(({ name }) => name)).toEqual(["big.jpg"]);
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

  it("asks how a photo over the channel's limit should go, and keeps its place among the others", async () => {
    const box = openBox("k");
    await box.ready;
    type(box, "Mira");
    tooBig = new Set(["first.jpg", "third.jpg"]);
    const names = ["first.jpg", "second.jpg", "third.jpg", "fourth.jpg"];
    await box.files.add(chat("k"), names.flatMap(photo));
    const attached = () => box.attachments.map((a) => `${a.name} ${a.media}`);
    expect(attached(), "what fits is there").toEqual(["second.jpg image", "fourth.jpg image"]);
    expect(box.files.asking, "and nothing can be sent before a person chose").toBe(true);
    expect(box.files.problems.map((p) => p.text)).toEqual([
      expect.stringContaining("first.jpg"),
      expect.stringContaining("third.jpg"),
    ]);
    const [first, third] = box.files.problems;
    await leaveBox(box);
    expect(openBox("k"), "another chat meanwhile changes nothing").toBe(box);

    await box.files.choose(chat("k"), third!, "smaller");
    await box.files.choose(chat("k"), first!, "document");
    expect(attached()).toEqual(["first.jpg document", "second.jpg image", "third.jpg image", "fourth.jpg image"]);
    expect(box.files.problems).toEqual([]);
    expect(box.text, "what was typed stays").toBe("Mira");
    await leaveBox(box);
  });

  it("offers what is left when a photo can't be made smaller, and leaves out what nobody wants", async () => {
    const box = openBox("l");
    await box.ready;
    tooBig = new Set(["broken.jpg"]);
    await box.files.add(chat("l"), photo("broken.jpg"));
    refuseChosen = "PICTURE_UNREADABLE";
    await box.files.choose(chat("l"), box.files.problems[0]!, "smaller");
    expect(box.files.problems).toMatchObject([
      { text: expect.stringContaining("can't be read"), choice: { smaller: false, document: true } },
    ]);
    await box.files.add(chat("l"), photo("good.jpg"));
    expect(box.files.problems.length, "the choice waits on").toBe(1);
    refuseChosen = undefined;
    await box.files.choose(chat("l"), box.files.problems[0]!, "document");
    expect(box.attachments.map((a) => a.name)).toEqual(["broken.jpg", "good.jpg"]);

    tooBig = new Set(["other.jpg"]);
    await box.files.add(chat("l"), photo("other.jpg"));
    box.files.dismiss(box.files.problems[0]!.id);
    expect([box.files.asking, box.attachments.length]).toEqual([false, 2]);
    await leaveBox(box);
  });

  it("asks again with the same ways when it was the disk or the link that failed, and strikes out what can't be", async () => {
    const box = openBox("q");
    await box.ready;
    tooBig = new Set(["beach.jpg"]);
    await box.files.add(chat("q"), ["beach.jpg", "next.jpg"].flatMap(photo));
    for (const how of ["smaller", "document"] as const) {
      refuseChosen = "DISK_FULL";
      await box.files.choose(chat("q"), box.files.problems[0]!, how);
      expect(box.files.problems, how).toMatchObject([
        { text: expect.stringContaining("disk is full"), choice: { smaller: true, document: true } },
      ]);
    }
    refuseChosen = undefined;
    await box.files.choose(chat("q"), box.files.problems[0]!, "smaller");
    expect(
      box.attachments.map((a) => a.name),
      "it kept its place",
    ).toEqual(["beach.jpg", "next.jpg"]);

    tooBig = new Set(["wall.jpg"]);
    await box.files.add(chat("q"), photo("wall.jpg"));
    refuseChosen = "FILE_TOO_BIG";
    await box.files.choose(chat("q"), box.files.problems[0]!, "document");
    expect(box.files.problems).toMatchObject([{ choice: { smaller: true, document: false } }]);
    await box.files.choose(chat("q"), box.files.problems[0]!, "smaller");
    expect(
      box.files.problems.map((p) => p.choice),
      "no way is left: it only says why",
    ).toEqual([undefined]);
    expect(box.files.asking).toBe(false);
    await leaveBox(box);
  });

  it("says what can't go at all before a byte of it is read", async () => {
    const box = openBox("m");
    await box.ready;
    const film = new File([], "film.mkv", { type: "video/x-matroska" });
    Object.defineProperty(film, "size", { value: 80_000_000 });
    await box.files.add(chat("m"), [{ file: film }]);
    expect(box.files.problems).toMatchObject([{ text: expect.stringMatching(/film\.mkv.*80\sMB.*50\sMB/) }]);
    expect([box.files.asking, order.includes("attach_file")]).toEqual([false, false]);
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

describe("when the window goes", () => {
  const type = (box: DraftBox, text: string) => {
    box.text = text;
    box.touched();
  };
  it("names the chats whose words are nowhere else, also those that are not on screen", async () => {
    endProgram();
    unsavable.add("maria");
    const maria = openBox("maria");
    await maria.ready;
    type(maria, "Tem sim");
    await leaveBox(maria);
    const joao = openBox("joão");
    await joao.ready;
    type(joao, "Oi");
    expect(await keepBoxes()).toEqual(["maria"]);
    expect(drafts.get("joão")?.text, "what can be kept is").toBe("Oi");
    unsavable.clear();
    expect(await keepBoxes()).toEqual([]);
    expect(drafts.get("maria")?.text).toBe("Tem sim");
  });
  it("waits for what is being sent, and then for what was typed behind it", async () => {
    endProgram();
    const box = openBox("maria");
    await box.ready;
    let answered: () => void = () => undefined;
    slow = new Promise((done) => (answered = done));
    type(box, "Uno");
    const sending = box.send();
    type(box, "Dos");
    const keeping = keepBoxes();
    answered();
    expect(await keeping).toEqual([]);
    await sending;
    expect([sent.map((message) => message.text), drafts.get("maria")?.text]).toEqual([["Uno"], "Dos"]);
  });
  it("is not held up by words that were deleted", async () => {
    endProgram();
    const box = openBox("maria");
    await box.ready;
    unsavable.add("maria");
    type(box, "Tem sim");
    expect(await keepBoxes()).toEqual(["maria"]);
    type(box, "");
    expect(await keepBoxes()).toEqual([]);
  });
});
