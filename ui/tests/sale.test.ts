import { describe, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import { markerName, MARKERS, markerSign, saleName } from "../src/lib/sale";

describe("what a workspace sells with", () => {
  it("reads in the language of whoever looks until a person names it", () => {
    const stage = { code: "qualifying", name: "" };
    const said = (["en", "es", "pt"] as const).map((locale) => {
      showLocale(locale);
      return saleName(stage);
    });
    showLocale("en");
    expect(said).toEqual(["Qualifying", "Calificando", "Qualificando"]);
  });
  it("keeps the name that a person gave", () => {
    expect(saleName({ code: "qualifying", name: "Hot" })).toBe("Hot");
    expect(saleName({ name: "VIP" })).toBe("VIP");
  });
  it("is called by its code where this program has no word for it", () => {
    expect(saleName({ code: "from_the_future", name: "" })).toBe("from_the_future");
  });
  it("has a sign and a word of its own for each marker", () => {
    expect(new Set(MARKERS.map(markerSign)).size).toBe(6);
    expect(new Set(MARKERS.map(markerName)).size).toBe(6);
  });
});
