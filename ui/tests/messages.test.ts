import { describe, expect, it } from "vitest";
import { problems } from "../scripts/catalogue.mjs";
import en from "../src/messages/en.json";
import es from "../src/messages/es.json";
import pt from "../src/messages/pt.json";
import { m } from "../src/paraglide/messages.js";

describe("the catalogues", () => {
  it("say the same things in three languages", () => {
    expect(problems({ en, es, pt })).toEqual([]);
  });
  it("fail when a language lacks a key", () => {
    expect(problems({ en: { a: "A", b: "B" }, es: { a: "A" }, pt: { a: "A", b: "B" } })).toEqual([
      'es: "b" is missing',
    ]);
  });
  it("fail when a language drops a placeholder", () => {
    expect(problems({ en: { a: "{name} wrote" }, es: { a: "Escribió" } })).toHaveLength(1);
  });
  it("fail when a language has a key that English lacks", () => {
    expect(problems({ en: {}, es: { a: "A" } })).toEqual(['en: "a" is missing']);
  });
  it("fail when a plural has no form for the rest", () => {
    const broken = [{ declarations: ["input count"], match: { "countPlural=one": "one" } }];
    expect(problems({ en: { a: broken }, es: { a: broken } })[0]).toContain("catch-all");
  });
  it("say none in the plural in Portuguese, whose rules put it with one", () => {
    const match = { "countPlural=one": "{count} lead", "countPlural=*": "{count} leads" };
    const broken = [{ declarations: ["input count", "local countPlural = count: plural"], match }];
    expect(problems({ pt: { a: broken } })).toHaveLength(1);
    for (const [count, said] of ["0 contatos", "1 contato", "2 contatos"].entries())
      expect(m.directory_contacts({ count, shown: String(count) }, { locale: "pt" })).toBe(said);
  });
  it("never say the bare word Status", () => {
    for (const [locale, catalogue, word] of [
      ["en", en, /^status$/i],
      ["es", es, /^estado$/i],
      ["pt", pt, /^status$/i],
    ] as const)
      for (const [key, text] of Object.entries(catalogue))
        expect(typeof text === "string" && word.test(text), `${locale}: ${key} is the bare word`).toBe(false);
  });
});
