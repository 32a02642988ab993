/** Up to two letters that stand for a name; undefined when it has none (a bare number). */
export function initials(name: string): string | undefined {
  const words = name.split(/\s+/).filter((w) => /\p{L}/u.test(w));
  const letter = (word: string | undefined) => word && [...word].find((c) => /\p{L}/u.test(c))?.toLocaleUpperCase();
  const first = letter(words[0]);
  if (!first) return undefined;
  return first + (letter(words.length > 1 ? words.at(-1) : undefined) ?? "");
}
