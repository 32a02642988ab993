// The layout mirrors where a language reads from right to left (KEY-08): what concerns the direction of reading is said by
// "start" and "end", never by a side.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../src");
/** Whole files, and why. */
const EXCEPTIONS: Record<string, string> = {
  "components/VirtualList.svelte": "both sides at once: nothing to mirror",
  "features/board/Flying.svelte": "follows the pointer, whose place is counted from the left",
};
const PHYSICAL = [
  /\b(?:margin|padding|border)-(?:left|right)\b/,
  /\bborder-(?:top|bottom)-(?:left|right)-radius\b/,
  /\btext-align:\s*(?:left|right)\b/,
  /\bfloat:\s*(?:left|right)\b/,
  // What stands in the middle stands there from both sides.
  /^\s*(?:left|right):(?!\s*50%)/,
];

function sides(value: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const c of value.trim() + " ") {
    depth += c === "(" ? 1 : c === ")" ? -1 : 0;
    if (c === " " && depth === 0) {
      if (part) parts.push(part);
      part = "";
    } else part += c;
  }
  return parts;
}
function isPhysical(line: string): boolean {
  if (PHYSICAL.some((physical) => physical.test(line))) return true;
  const four = /^\s*(?:padding|margin|inset): ([^;]+);/.exec(line);
  const [, right, , left] = four ? sides(four[1]!) : [];
  return left !== undefined && left !== right;
}
function styles(file: string): { line: string; no: number }[] {
  const text = readFileSync(file, "utf8");
  const from = file.endsWith(".css") ? 0 : text.indexOf("<style");
  if (from < 0) return [];
  const before = text.slice(0, from).split("\n").length;
  return text
    .slice(from)
    .split("\n")
    .map((line, at) => ({ line, no: before + at }));
}

test("styles say start and end, not left and right", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(svelte|css)$/.test(name) && !name.startsWith("paraglide"))
    .map((name) => join(SRC, name));
  expect(files.length).toBeGreaterThan(150);
  const found = files
    .filter((file) => !(relative(SRC, file) in EXCEPTIONS))
    .flatMap((file) =>
      styles(file)
        .filter(({ line }) => isPhysical(line))
        .map(({ line, no }) => `${relative(SRC, file)}:${no} ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

test.each([
  ["  margin-left: 2px;", true],
  ["  border-right: 1px solid;", true],
  ["  border-bottom-left-radius: 4px;", true],
  ["  left: 4px;", true],
  ["  padding: 1px 2px 3px 4px;", true],
  ["  padding: 1px calc(2px + 1px) 3px calc(2px + 1px);", false],
  ["  left: 50%;", false],
  ["  margin-inline-start: 2px;", false],
  ["  padding: 1px 2px;", false],
])("%s is physical: %s", (line, physical) => expect(isPhysical(line)).toBe(physical));
