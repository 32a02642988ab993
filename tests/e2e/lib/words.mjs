// The words on screen, from the same catalogue as the UI's: a test names what it looks for, in any language.
import { readFileSync } from "node:fs";

const catalogues = Object.fromEntries(
  ["en", "es", "pt"].map((language) => [
    language,
    JSON.parse(readFileSync(new URL(`../../../ui/src/messages/${language}.json`, import.meta.url), "utf8")),
  ]),
);
export const LANGUAGES = Object.keys(catalogues);

/** `words("es")("undo_in", { seconds: 3 })` */
export function words(language) {
  return (key, params = {}) => {
    let text = catalogues[language][key];
    if (Array.isArray(text)) {
      const rules = new Intl.PluralRules(language);
      const fits = (condition) => {
        const [input, wanted] = condition.split("=");
        const isPlural = input.endsWith("Plural");
        const is = params[input.replace(/Plural$/, "")];
        return wanted === "*" || wanted === (isPlural ? rules.select(Number(is)) : String(is));
      };
      text = Object.entries(text[0].match).find(([conditions]) => conditions.split(", ").every(fits))?.[1];
    }
    if (text === undefined) throw new Error(`${language} has no message ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      if (!(name in params)) throw new Error(`${key} needs {${name}}`);
      return String(params[name]);
    });
  };
}
