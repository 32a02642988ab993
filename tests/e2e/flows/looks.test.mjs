// Every screen, in every language, in both themes: readable by a screen reader, with enough contrast, in no width
// wider than the window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { flow } from "../lib/flow.mjs";
import { screens } from "../lib/screens.mjs";
import { LANGUAGES } from "../lib/words.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds serious or worse. The dark theme changes colours and nothing else. */
async function problems(page, theme) {
  await page.emulateMedia({ colorScheme: theme });
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(
    (only) => globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: only }),
    theme === "dark" ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: TAGS },
  );
  return found.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.map((n) => `${theme} ${v.id}: ${n.target.join(" ")} (${n.failureSummary?.split("\n")[1]?.trim()})`));
}

const TITLES = {
  en: ["every screen in English passes axe, light and dark", "no screen in English is wider than 1024 px"],
  es: ["every screen in Spanish passes axe, light and dark", "no screen in Spanish is wider than 1024 px"],
  pt: ["every screen in Portuguese passes axe, light and dark", "no screen in Portuguese is wider than 1024 px"],
};

for (const language of LANGUAGES) {
  const [accessible, fits] = TITLES[language];
  flow(accessible, { fresh: true, language, timeout: 240_000 }, async (seller) => {
    const bad = [];
    for await (const screen of screens(seller))
      for (const theme of ["light", "dark"])
        bad.push(...(await problems(seller.page, theme)).map((problem) => `${screen}: ${problem}`));
    assert.deepEqual(bad, [], "nothing serious on any screen");
  });
  flow(fits, { fresh: true, language, viewport: { width: 1024, height: 720 }, timeout: 120_000 }, async (seller) => {
    const bad = [];
    for await (const screen of screens(seller)) {
      const wide = await seller.page.evaluate(() => {
        const page = document.scrollingElement;
        if (page.scrollWidth > innerWidth) return [`the page is ${page.scrollWidth} px wide`];
        // What scrolls up and down must not scroll sideways.
        return [...document.querySelectorAll("body *")]
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
          .map((e) => `${e.tagName.toLowerCase()}.${e.className} holds ${e.scrollWidth} px in ${e.clientWidth}`);
      });
      bad.push(...wide.map((what) => `${screen}: ${what}`));
    }
    assert.deepEqual(bad, [], "everything fits");
  });
}
