// Every refusal that the app can give has words in each language, with the names of what it speaks of.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeText, hasWords } from "../src/app/errors";
import { showLocale, LOCALES } from "../src/app/locale.svelte";
import { readSale } from "../src/app/sale.svelte";
import { hostAnswers } from "./transport";

const types = readFileSync("src/backend/gen/types.ts", "utf8");
const declared = types.split("export type Refusal = ")[1]!.split(";\nexport")[0]!;
const codes = [...declared.matchAll(/"code": "([A-Z_]+)"/g)].map(([, code]) => code!);

beforeEach(async () => {
  hostAnswers(async () => ({
    settings: { markers: [] },
    statuses: [{ id: "s1", code: "converted", name: "", color: "#1f7a3d", category: "won", position: "AV" }],
    sources: [{ id: "o1", name: "Google Ads" }],
    reasons: [{ id: "r1", code: "price", name: "" }],
    funnels: [{ funnel: {}, stages: [{ id: "g1", name: "Quote" }] }],
    intake: null,
    lines: [],
    members: [],
  }));
  await readSale();
});
afterEach(() => showLocale("en"));

describe("a refusal", () => {
  it("is one of those that the app knows", () => {
    expect(codes).toContain("LEAD_FINAL");
    expect(codes.length).toBeGreaterThan(35);
  });
  it.each(codes)("%s has words", (code) => {
    expect(hasWords(code)).toBe(true);
  });
  it("names the status, the source, the reason and the stage as they are called on screen", () => {
    expect(codeText("LEAD_FINAL", { lead_id: "l1", status_id: "s1" })).toBe(
      "This lead is Converted. Closed leads can't be changed.",
    );
    expect(codeText("SOURCE_IN_USE", { source_id: "o1" })).toContain("“Google Ads”");
    expect(codeText("REASON_IN_USE", { reason_id: "r1" })).toContain("“Price”");
    expect(codeText("STAGE_NOT_EMPTY", { stage_id: "g1" })).toContain("“Quote”");
    showLocale("pt");
    expect(codeText("LEAD_FINAL", { lead_id: "l1", status_id: "s1" })).toContain("Convertido");
  });
  it("of a row that is gone has no hole in its words", () => {
    for (const locale of LOCALES) {
      showLocale(locale);
      for (const code of codes) expect(codeText(code, { status_id: "gone" }), code).not.toMatch(/undefined|\{\w+\}/);
    }
  });
});
