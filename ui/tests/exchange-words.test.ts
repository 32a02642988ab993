import { beforeEach, expect, test } from "vitest";
import type { PreviewRow } from "../src/backend";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import { conversationWords, problemAt, rowText, undoneWords, wasUndoneWords } from "../src/features/exchange/words";

beforeEach(() => showLocale("en"));

const wrong = (problem: string, column: string, value = "") => ({ problem, column, field: null, value });
const row = (outcome: PreviewRow["outcome"], problems: PreviewRow["problems"]): PreviewRow => ({
  row: 2,
  name: "Ana",
  phone: "",
  email: "",
  outcome,
  problems,
  check_phone: false,
});

test("no kind of message goes into an exported conversation as a code", () => {
  const words = conversationWords();
  for (const kind of ["image", "document", "location", "contact", "poll", "unsupported"])
    expect(words[kind] ?? kind, kind).not.toBe(kind);
});

test("a row names every cell that is wrong, by the file's name for its column", () => {
  const both = [wrong("email_invalid", "Correo", "slip"), wrong("field_date", "Cumple", "31/02")];
  expect(rowText(row("failed", both))).toBe("Correo: not an e-mail address (slip); Cumple: not a date (31/02)");
  expect(rowText(row("made", both.slice(1)))).toBe("New · Cumple: not a date (31/02)");
  expect(rowText(row("same", []))).toBe("Already here");
});

test("where the file has no name for a column, the app's own stands there; of a whole row there is none", () => {
  expect(problemAt({ problem: "email_invalid", column: "", field: "email" })).toBe("E-mail: not an e-mail address");
  expect(problemAt({ problem: "no_key", column: "", field: null })).toBe("No phone and no e-mail");
});

test("what an undo did says only what there is of it", () => {
  const none = { at_ms: 1, removed: 0, restored: 0, kept: 0, messages: 0, messages_kept: 0, kept_because: null };
  expect(undoneWords({ ...none, removed: 3 })).toBe("3 contacts removed");
  expect(undoneWords({ ...none, removed: 1, restored: 2, kept: 1 })).toBe(
    "1 contact removed · 2 as before the import · 1 stays because someone worked with it since",
  );
});

test("an undo that found nothing to take back says so, in every language", () => {
  const none = { at_ms: 1, removed: 0, restored: 0, kept: 0, messages: 0, messages_kept: 0, kept_because: null };
  const said = LOCALES.map((locale) => {
    showLocale(locale);
    return [undoneWords(none), wasUndoneWords(none)];
  });
  expect(said.map(([words]) => words)).toEqual([
    "There was nothing to take back",
    "No había nada que deshacer",
    "Não havia nada para desfazer",
  ]);
  for (const [words, row] of said) expect(row, "a sentence of its own").toBe(words);
  showLocale("en");
  expect(wasUndoneWords({ ...none, removed: 3 })).toBe("Undone: 3 contacts removed");
});
