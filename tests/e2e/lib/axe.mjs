// What axe finds serious or worse on a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A row is drawn in pieces and named by one sentence, which has their words in an order that can be listened to (ADR 0143):
 *  no piece of it is a label that somebody would say to press it. */
const isSentence = (rule, node) => rule === "label-content-name-mismatch" && /^<div[^>]*role="gridcell"[^>]*aria-labelledby/.test(node.html);

/** The dark theme changes colours and nothing else. */
export async function problems(page, theme) {
  await page.emulateMedia({ colorScheme: theme });
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(
    (only) => globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: only }),
    theme === "dark" ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: TAGS },
  );
  return found.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.filter((n) => !isSentence(v.id, n)).map((n) => `${theme} ${v.id}: ${n.target.join(" ")} (${n.failureSummary?.split("\n")[1]?.trim()})`));
}
