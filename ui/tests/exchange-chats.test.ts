// Exported chats: what is open is closed when nobody needs it any more, and what an undo says.
import { expect, test } from "vitest";
import { ChatCard, ChatWizard, NOBODY } from "../src/features/exchange/chats.svelte";
import { Progress } from "../src/features/exchange/progress.svelte";
import { undoImport } from "../src/features/exchange/wizard.svelte";
import { broughtWords, takenBackWords } from "../src/features/exchange/words";
import { m } from "../src/paraglide/messages.js";
import { hostAnswers } from "./transport";

function answering(answers: Record<string, unknown>): [string, unknown][] {
  const called: [string, unknown][] = [];
  hostAnswers((command: string, args: unknown) => {
    called.push([command, args]);
    return Promise.resolve(answers[command]);
  });
  return called;
}

test("files that were opened are closed when the import of chats ends", async () => {
  const called = answering({ open_chats: [{ file_name: "a.zip", error: null, chat: null }] });
  const wizard = new ChatWizard();
  wizard.close();
  expect(called, "nothing is open").toEqual([]);
  await wizard.bring([{ path: "/a.zip", name: "a.zip" }]);
  called.length = 0;
  wizard.close();
  await expect.poll(() => called).toEqual([["open_chats", { files: [] }]]);
});

test("the undo of a chat says what became of the contact it made", async () => {
  const none = { at_ms: 0, removed: 0, restored: 0, kept: 0, messages: 2, messages_kept: 0 };
  const words = m.chats_undone({ count: 2, shown: "2" });
  for (const [more, said] of [
    [{}, ""],
    [{ removed: 1 }, ` ${m.chats_undone_contact()}`],
    [{ restored: 1 }, ` ${m.chats_undone_bin()}`],
    [{ kept: 1 }, ` ${m.chats_undone_contact_kept()}`],
  ] as const) {
    answering({ undo_import: { undone: { ...none, ...more }, left: 0 } });
    expect(takenBackWords((await undoImport("id", new Progress()))!)).toBe(words + said);
  }
});

const opened = (authors: string[], more: { name?: string; phone?: string; me?: string } = {}) =>
  new ChatCard({
    file_name: "chat.txt",
    error: null,
    chat: {
      id: "i",
      name: "",
      phone: "",
      contact_id: null,
      me: null,
      order: "day_first",
      order_is_sure: true,
      authors: authors.map((name) => ({ name, messages: 1 })),
      ...more,
    } as unknown as ChatCard["chat"] & object,
  });

test("somebody who wrote alone in a file without a name is asked for, and named as they are chosen", () => {
  expect(opened(["Ana"], { name: "Ana" }).me, "the file is called after them: they are the customer").toBe(NOBODY);
  const card = opened(["Ana"]);
  expect([card.me, card.lacks], "it may be this person, too").toEqual(["", m.chats_me_first()]);
  card.choose(NOBODY);
  expect([card.me, card.name], "the customer").toEqual([NOBODY, "Ana"]);
  card.choose("Ana");
  expect([card.me, card.name], "this person: whose chat it is nobody says").toEqual(["Ana", ""]);
  const number = opened(["+52 55 1234 5678", "Vivero"]);
  number.choose("Vivero");
  expect([number.name, number.phone], "the other one, by their number").toEqual(["", "+52 55 1234 5678"]);
  const typed = opened(["Ana", "Vivero"]);
  typed.name = "Ana López";
  typed.choose("Vivero");
  expect(typed.name, "what was typed stays").toBe("Ana López");
});

test("the undo of a chat that somebody touched says what happened to it", async () => {
  const none = { at_ms: 0, removed: 0, restored: 0, kept: 0, messages: 0, messages_kept: 2 };
  const two = { count: 2, shown: "2" };
  for (const [kept_because, said] of [
    ["reopened", m.chats_kept_reopened(two)],
    ["in_bin", m.chats_kept_bin(two)],
    [undefined, m.chats_undone_kept(two)],
  ] as const) {
    answering({ undo_import: { undone: { ...none, kept_because }, left: 0 } });
    expect(takenBackWords((await undoImport("id", new Progress()))!)).toBe(said);
  }
});

test("messages that one had before are not spoken of where there are none", () => {
  expect(broughtWords({ messages: 4, known: 0 })).toBe(m.chats_brought_new({ count: 4, shown: "4" }));
  expect(broughtWords({ messages: 4, known: 2 })).toBe(m.chats_brought({ count: 4, shown: "4", known: "2" }));
});
