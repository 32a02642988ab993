// The draft of one conversation: never lost, never in another chat, never sent twice (CMP-02, 03, 13).
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError, useTransport, type DraftView, type SaveDraft, type SendMessage } from "../src/backend";
import { DraftBox } from "../src/features/composer/draft.svelte";

let drafts: Map<string, DraftView>;
let sent: SendMessage[];
let refuse: string | undefined;
let order: string[];
let slow: Promise<void>;

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
  slow = Promise.resolve();
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
    box.takeBack({ ...blank("a", "a-1"), text: "Uno" });
    expect(box.text).toBe("Uno\nDos");
    await box.flush(true);
    expect(drafts.get("a")).toMatchObject({ text: "Uno\nDos", message_id: "a-1" });
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
