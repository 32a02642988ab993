import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import {
  useTransport,
  type ContactHit,
  type MessageHit,
  type MessageIds,
  type Search,
  type SearchPage,
} from "../src/backend";
import { SearchModel } from "../src/features/search/model.svelte";
import { insertOperator, insteadOf, isUnfinished, notFound, operators } from "../src/features/search/operators";

const hit = (n: number): MessageHit => ({
  message_id: `m${n}`,
  conversation_id: "c",
  name: "Ana",
  from_us: false,
  at_ms: 1000 - n,
  line: { id: "l", type: "simulator", name: "L", color: "", connected: true },
  snippet: [{ text: `words ${n}`, hit: false }],
});
let asked: Search[];
let answer: (args: Search) => SearchPage | Promise<SearchPage>;
beforeEach(() => {
  asked = [];
  useTransport({
    call: async (command, args) => {
      if (command === "get_messages")
        return (args as MessageIds).ids.map((id) => ({
          id,
          body: { kind: "media", media: "image", file: { name: null } },
        }));
      asked.push(args as Search);
      return answer(args as Search);
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});
const page = (from: number, count: number, next: number | null): SearchPage => ({
  contacts: [],
  leads: [],
  notes: [],
  leads_total: 0,
  tags: [],
  messages: Array.from({ length: count }, (_, i) => hit(from + i)),
  next,
  not_understood: [],
  not_found: [],
});

describe("the search", () => {
  it("asks again only for the newest words while an answer is under way", async () => {
    let release = () => {};
    const first = new Promise<void>((resolve) => (release = resolve));
    answer = async ({ text }) => {
      if (text === "a") await first;
      return page(0, text.length, null);
    };
    const model = new SearchModel();
    model.text = "a";
    const running = model.run();
    for (const text of ["ab", "abc"]) {
      model.text = text;
      void model.run();
    }
    release();
    await running;
    expect(
      asked.map((a) => a.text),
      "the words in between are skipped",
    ).toEqual(["a", "abc"]);
    expect(model.answered).toBe("abc");
    expect(model.messages).toHaveLength(3);
  });
  it("goes through the hits over the end of a page", async () => {
    answer = ({ after }) => (after === null ? page(0, 2, 2) : page(2, 1, null));
    const model = new SearchModel();
    model.text = "x";
    await model.run();
    const walked = [await model.step(1), await model.step(1), await model.step(1), await model.step(1)];
    expect(walked.map((h) => h?.message_id)).toEqual(["m0", "m1", "m2", undefined]);
    expect((await model.step(-1))?.message_id, "back again").toBe("m1");
  });
  it("drops a page that belongs to older words", async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => (release = resolve));
    answer = async ({ after, text }) => {
      if (after !== null) await slow;
      return page(text === "x" ? 0 : 50, 2, text === "x" ? 2 : null);
    };
    const model = new SearchModel();
    model.text = "x";
    await model.run();
    const paging = model.more();
    model.text = "y";
    await model.run();
    release();
    await paging;
    expect(model.messages.map((h) => h.message_id)).toEqual(["m50", "m51"]);
  });
  it("names a photo without words by what it is", async () => {
    answer = () => ({ ...page(0, 2, null), messages: [hit(0), { ...hit(1), snippet: [] }] });
    const model = new SearchModel();
    model.text = "has:image";
    await model.run();
    await vi.waitFor(() => expect(model.wordless).toEqual({ m1: "Photo" }));
  });
  it("asks again for what was found on a line that is gone, and draws none of it before", async () => {
    const other = { ...hit(2), line: { ...hit(2).line, id: "stays" } };
    const person = { contact_id: "p", name: "Ana", photo: "abc", line: hit(0).line } as ContactHit;
    answer = () => ({ ...page(0, 2, null), contacts: [person], messages: [hit(0), other] });
    const model = new SearchModel();
    model.text = "ana";
    await model.run();
    model.askAgainWithout(new Set(["l", "stays"]));
    expect([model.count, asked.length], "no line is gone").toEqual([3, 1]);
    answer = () => ({ ...page(0, 0, null), messages: [other] });
    model.askAgainWithout(new Set(["stays"]));
    expect([model.contacts, model.messages], "before anybody answers").toEqual([[], [other]]);
    await vi.waitFor(() => expect(asked.map((one) => one.text)).toEqual(["ana", "ana"]));
  });
  it("shows again what a removed line has kept", async () => {
    answer = () => page(0, 2, null);
    const model = new SearchModel();
    model.text = "ana";
    await model.run();
    model.askAgainWithout(new Set());
    expect(model.count, "until it is answered").toBe(0);
    await vi.waitFor(() => expect(model.messages.map((h) => h.message_id)).toEqual(["m0", "m1"]));
  });
  it("takes no answer that was read before it was opened again", async () => {
    let release!: () => void;
    const slow = new Promise<void>((resolve) => (release = resolve));
    answer = async () => {
      await slow;
      return page(0, 2, null);
    };
    const model = new SearchModel();
    model.text = "ana";
    const first = model.run();
    model.askAgainWithout(new Set(["l"]));
    answer = () => page(7, 1, null);
    release();
    await first;
    expect(model.messages.map((h) => h.message_id)).toEqual(["m7"]);
  });

  it("finds nothing for emptiness, and asks nobody", async () => {
    const model = new SearchModel();
    model.text = "   ";
    await model.run();
    expect(asked).toEqual([]);
    expect(model.count).toBe(0);
  });
  it("says a refusal in words and keeps the text", async () => {
    answer = () => Promise.reject(new Error("boom"));
    const model = new SearchModel();
    model.text = "x";
    await model.run();
    expect(model.problem).not.toBe("");
    expect(model.text).toBe("x");
  });
});

describe("an operator", () => {
  afterEach(() => showLocale("en"));
  it("is taught in the seller's language", () => {
    const may = new Date(2026, 4, 20);
    const example = { line: "Ventas 1", status: "S", stage: "E", tag: "VIP", marker: "M", source: "O" };
    const taught = () => operators(may, example).map((one) => one.insert);
    showLocale("es");
    expect(taught()).toEqual([
      '"…"',
      "de:mí",
      "de:cliente",
      'en:"Ventas 1"',
      "tiene:foto",
      "tiene:voz",
      "tiene:documento",
      "desde:01/05/2026",
      "antes:01/05/2026",
      "estado:S",
      "etapa:E",
      "etiqueta:VIP",
      "marcador:M",
      "origen:O",
      "#12",
    ]);
    showLocale("pt");
    expect(taught().slice(1, 5)).toEqual(["de:mim", "de:cliente", 'em:"Ventas 1"', "tem:foto"]);
    expect(taught().slice(-6)).toEqual(["status:S", "etapa:E", "etiqueta:VIP", "marcador:M", "origem:O", "#12"]);
    showLocale("en");
    expect(taught().slice(7, 9)).toEqual(["after:2026-05-01", "before:2026-05-01"]);
  });
  it("with a name that nobody has says so, and what was meant takes its place", () => {
    const fulano = { field: "tag", name: "Fulano", raw: "etiqueta: Fulano", nearest: "Don Fulano" } as const;
    showLocale("es");
    expect(notFound(fulano)).toBe("No hay ninguna etiqueta “Fulano”; la búsqueda siguió sin ella.");
    expect(insteadOf("pix etiqueta: Fulano hola", fulano)).toBe('pix etiqueta:"Don Fulano" hola');
    const changed = { field: "tag", name: "F", raw: "tag:F", nearest: "$&" } as const;
    expect(insteadOf("x tag:F", changed), "signs of a name are no pattern").toBe("x etiqueta:$&");
  });
  it("whose value is still to come waits for it", () => {
    expect([isUnfinished("hola etiqueta:"), isUnfinished("mí:"), isUnfinished("12:"), isUnfinished("a:b")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  it("is added behind what stands there, ready to go on typing", () => {
    expect(insertOperator("mesa", "from:me")).toEqual({ text: "mesa from:me ", cursor: 13 });
    expect(insertOperator("", '"…"')).toEqual({ text: '""', cursor: 1 });
  });
});
