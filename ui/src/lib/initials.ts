// Stand before a name and are none, where a name follows.
const TITLES = new Set(
  "ing lic arq dr dra sr sra srta prof profa mtro mtra cp mvz doña dona eng adv mr mrs ms mx miss sir señor señora".split(
    " ",
  ),
);

/** Up to two letters that stand for a name; undefined when it has none (a bare number). */
export function initials(name: string): string | undefined {
  const all = name.split(/\s+/).filter((w) => /\p{L}/u.test(w));
  const titles = all.findIndex((w) => !TITLES.has(w.replaceAll(".", "").toLocaleLowerCase()));
  const words = titles > 0 ? all.slice(titles) : all;
  const letter = (word: string | undefined) => word && [...word].find((c) => /\p{L}/u.test(c))?.toLocaleUpperCase();
  const first = letter(words[0]);
  if (!first) return undefined;
  return first + (letter(words.length > 1 ? words.at(-1) : undefined) ?? "");
}
