// Proves that the three catalogues say the same things, then compiles them.
// A key or a placeholder that one language lacks stops the build.
import { readFileSync } from "node:fs";
import { compile } from "@inlang/paraglide-js";
import { paraglide } from "./paraglide.mjs";
import { problems } from "./catalogue.mjs";

const read = (locale) => JSON.parse(readFileSync(new URL(`../src/messages/${locale}.json`, import.meta.url), "utf8"));
const found = problems({ en: read("en"), es: read("es"), pt: read("pt") });
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exit(1);
}
await compile(paraglide);
