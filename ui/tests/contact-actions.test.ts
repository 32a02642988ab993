// What can be done from the palette to the person behind a chat, and why not.
import { afterEach, beforeEach, expect, it } from "vitest";
import { actionById, availability } from "../src/app/actions.svelte";
import { closeBeside, openBeside } from "../src/app/beside.svelte";
import { choose, setChosenView } from "../src/app/chosen.svelte";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import { go } from "../src/app/route.svelte";
import type { ConversationView } from "../src/backend";
import { registerContactActions } from "../src/features/contact/actions";
import { hostAnswers } from "./transport";

let stop: () => void;
beforeEach(() => {
  showLocale("en");
  hostAnswers(() => ({}));
  stop = registerContactActions();
  choose("c1");
  setChosenView({ id: "c1", contact_id: "k1", name: "Maria" } as ConversationView);
});
afterEach(() => {
  closeBeside();
  setChosenView(undefined);
  choose(null);
  go("inbox");
  showLocale("en");
  stop();
});
const why = () => availability(actionById("contact.fields")!);

it("a contact's fields are filled in beside their chat in the inbox, and need one", () => {
  go("inbox");
  expect(why()).toBe(true);
  choose(null);
  expect(why()).toBe("Open a conversation first");
});

it("beside the board the way to them is said, not to open the chat that is open", () => {
  go("board");
  expect(why(), "no chat is in sight").toBe("Open a conversation first");
  openBeside("k1", "Maria", "c1");
  expect(
    LOCALES.map((locale) => {
      showLocale(locale);
      return why();
    }),
  ).toEqual([
    "The fields are beside the chat in the inbox: open it there",
    "Los campos están junto al chat en la bandeja: ábrelo ahí",
    "Os campos ficam ao lado da conversa na caixa de entrada: abra por lá",
  ]);
});
