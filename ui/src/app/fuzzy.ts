// Finding an action by a few letters: every letter in order, word starts and runs weigh more. Accents and case
// do not count.

export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** A higher number fits better; undefined when a letter is missing. */
export function score(query: string, text: string): number | undefined {
  const q = fold(query).replace(/\s+/g, "");
  if (q === "") return 0;
  const t = fold(text);
  const whole = t.indexOf(fold(query).trim());
  let total = whole === 0 ? 60 : whole > 0 ? (t[whole - 1] === " " ? 40 : 20) : 0;
  let at = 0;
  let previous = -2;
  for (const letter of q) {
    const found = t.indexOf(letter, at);
    if (found === -1) return undefined;
    const wordStart = found === 0 || /[\s\-./:]/.test(t[found - 1] ?? "");
    total += wordStart ? 8 : found === previous + 1 ? 5 : 1;
    previous = found;
    at = found + 1;
  }
  return total - t.length / 50;
}
