import { beforeEach, expect, test } from "vitest";
import type { CustomField, ImportPreview, PreviewRow } from "../src/backend";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import { addWords, lackingIn, listOf } from "../src/features/exchange/lacking";
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

const list = (kind: CustomField["kind"], ...names: string[]) =>
  ({ id: "f1", name: "Interests", kind, options: names.map((name) => ({ id: name, name })) }) as CustomField;

test("of a cell only the names that the list lacks are blamed", () => {
  const many = list("multi_list", "Salas", "Recámaras");
  expect(lackingIn("Salas, Cocinas", many)).toEqual(["Cocinas"]);
  expect(lackingIn("salas; cocinas | Cocinas", many), "as it is read: any case, once").toEqual(["cocinas"]);
  expect(lackingIn("Grande, azul", list("list", "Chica")), "one of a list is the whole cell").toEqual(["Grande, azul"]);
  const lacking = (one: { value: string }) => lackingIn(one.value, many);
  const said = rowText(row("made", [wrong("field_option", "Intereses", "Salas, Cocinas")]), lacking);
  expect(said).toBe("New · Intereses: not in the list (Cocinas)");
});

test("what would be added to a list is named, and where", () => {
  const field = list("multi_list", "Salas");
  const preview = (rows: number, ...cells: string[]) =>
    ({
      problems: [{ problem: "field_option", column: "Intereses", field: null, rows }],
      rows: cells.map((cell) => row("made", [wrong("field_option", "Intereses", cell)])),
    }) as unknown as ImportPreview;
  const said = (...of: Parameters<typeof preview>) => addWords(preview(...of), () => field);
  expect(said(1, "Salas, Cocinas")).toBe("Add “Cocinas” to Interests");
  expect(said(2, "A, B, C", "D, E")).toBe("Add “A”, “B”, “C” and 2 more to Interests");
  expect(said(90, "A")).toBe("Add “A” and others to Interests");
  expect(
    addWords({ problems: [], rows: [] }, () => field),
    "nothing lacks",
  ).toBe("");
});

test("the list that a column is for is found by the file's name for it", () => {
  const field = list("multi_list");
  const opened = { columns: [{ header: "Nombre" }, { header: "Gustos" }] } as Parameters<typeof listOf>[2];
  const at = (problem: string) => listOf({ problem, column: "Gustos" }, [field], opened, ["name", { field_id: "f1" }]);
  expect(at("field_option")).toBe(field);
  expect(at("field_date"), "another problem").toBeUndefined();
});
