// Message text as pieces: words and links. It never becomes markup; a link is only offered, the host is shown
// before anything opens.
export type Piece = { text: string } | { link: string; text: string };

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/giu;

export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    // Punctuation behind an address belongs to the sentence.
    const found = match[0].replace(/[.,;:!?)\]}»”'"]+$/u, "");
    if (found === "") continue;
    if (match.index > at) out.push({ text: text.slice(at, match.index) });
    const link = found.includes("://")
      ? found
      : found.includes("@") && !found.startsWith("www.")
        ? `mailto:${found}`
        : `https://${found}`;
    out.push({ link, text: found });
    at = match.index + found.length;
  }
  if (at < text.length) out.push({ text: text.slice(at) });
  return out;
}

const graphemesOf = new Intl.Segmenter();

/** One to three emoji and nothing else: shown large. */
export function onlyEmoji(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 40 || /\p{L}/u.test(trimmed.replaceAll("ℹ", ""))) return false;
  const graphemes = [...graphemesOf.segment(trimmed)].map((s) => s.segment);
  return graphemes.length <= 3 && graphemes.every((g) => /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(g));
}
