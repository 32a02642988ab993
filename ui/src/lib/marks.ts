// Where the letters that were searched for stand in a text, without accents and case.
import { fold } from "../app/fuzzy";

export interface MarkedPart {
  text: string;
  hit: boolean;
}

export function marked(text: string, letters: string): MarkedPart[] {
  const sought = fold(letters.trim());
  if (sought === "") return [{ text, hit: false }];
  // Folding may change how long a letter is: each folded unit knows the letter that it came from.
  const signs = [...text];
  const from: number[] = [];
  let folded = "";
  signs.forEach((sign, at) => {
    const plain = fold(sign);
    folded += plain;
    for (let i = 0; i < plain.length; i++) from.push(at);
  });
  const hit = signs.map(() => false);
  for (let at = folded.indexOf(sought); at !== -1; at = folded.indexOf(sought, at + sought.length))
    for (let i = from[at]!; i <= from[at + sought.length - 1]!; i++) hit[i] = true;
  const out: MarkedPart[] = [];
  signs.forEach((sign, at) => {
    const last = out.at(-1);
    if (last && last.hit === hit[at]) last.text += sign;
    else out.push({ text: sign, hit: hit[at]! });
  });
  return out;
}
