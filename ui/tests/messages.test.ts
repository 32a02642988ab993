import { describe, expect, it } from "vitest";
import { problems } from "../scripts/catalogue.mjs";
import en from "../src/messages/en.json";
import es from "../src/messages/es.json";
import pt from "../src/messages/pt.json";

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
