import { describe, expect, it } from "vitest";
import shipped from "../../THIRD-PARTY-NOTICES.txt?raw";
import { findNotices, licences, readNotices, shortName } from "../src/features/settings/notices";
import { marked } from "../src/lib/marks";

const FILE = `Third-party notices

About them.
${"=".repeat(80)}
Ärger 1.0.0 (MIT) https://example.com/a
b 2.0.0 (MIT OR Apache-2.0), by Ana (de la Ñ)
${"-".repeat(80)}
MIT License

----
Do as you like.
${"=".repeat(80)}
c 3.0.0
${"-".repeat(80)}
Another
`;

describe("third-party notices", () => {
  it("are groups of packages with the whole of their licence", () => {
    expect(readNotices(FILE)).toEqual([
      {
        packages: ["Ärger 1.0.0 (MIT) https://example.com/a", "b 2.0.0 (MIT OR Apache-2.0), by Ana (de la Ñ)"],
        licence: "MIT License\n\n----\nDo as you like.",
      },
      { packages: ["c 3.0.0"], licence: "Another" },
    ]);
    expect(readNotices(FILE.replaceAll("\n", "\r\n"))).toEqual(readNotices(FILE));
  });
  it("are found by name and by licence, without accents", () => {
    const all = readNotices(FILE);
    expect(findNotices(all, " arger")).toEqual([all[0]]);
    expect(findNotices(all, "apache")).toEqual([all[0]]);
    expect(findNotices(all, "")).toEqual(all);
    expect(findNotices(all, "zzzz")).toEqual([]);
  });
  it("name their licences, each once", () => {
    expect(readNotices(FILE).map(licences)).toEqual([["MIT", "MIT OR Apache-2.0"], []]);
    const twice = { packages: ["a 1.0.0 (MIT) https://a", "b 1.0.0 (MIT) https://b"], licence: "" };
    expect(licences(twice)).toEqual(["MIT"]);
    const either = ["a 1.0.0 (MIT OR Apache-2.0)", "b 1.0.0 (Apache-2.0 OR MIT)", "c 1.0.0 (MIT/Apache-2.0)"];
    expect(licences({ packages: either, licence: "" }), "the order of a choice is no other licence").toEqual([
      "MIT OR Apache-2.0",
    ]);
  });
  it("mark the letters that they were found by, as they are written", () => {
    const hits = (text: string, letters: string) =>
      marked(text, letters)
        .filter((part) => part.hit)
        .map((part) => part.text);
    expect(hits("Ärger 1.0.0, arg", " arg ")).toEqual(["Ärg", "arg"]);
    expect(hits("İstanbul-kit", "kit"), "a letter that grows when folded moves nothing").toEqual(["kit"]);
    expect(marked("serde", "")).toEqual([{ text: "serde", hit: false }]);
    expect(
      marked("MIT OR Apache-2.0", "apache")
        .map((part) => part.text)
        .join(""),
      "nothing is lost",
    ).toBe("MIT OR Apache-2.0");
  });
  it("name a package shortly", () => {
    expect(readNotices(FILE).flatMap((notice) => notice.packages.map(shortName))).toEqual([
      "Ärger 1.0.0",
      "b 2.0.0",
      "c 3.0.0",
    ]);
  });
  it("are read whole from the file that ships", () => {
    const all = readNotices(shipped);
    expect(all.length).toBeGreaterThan(100);
    for (const { packages, licence } of all) {
      expect(licence.length, packages[0]).toBeGreaterThan(40);
      for (const line of packages) expect(shortName(line)).toMatch(/^\S+ \d+\.\S+$/u);
    }
  });
});
