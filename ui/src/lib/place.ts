// Places of cards as text that sorts bytewise: between two of them there is always room for a third. The same as the
// app's own rules make them (embudo-domain, `order`); what is put on top has none, the app makes that one.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const MAX_CHARS = 250;

/** Digits only, none too many, and room before it. */
export function isPlace(text: string): boolean {
  return text.length <= MAX_CHARS && /^[0-9A-Za-z]*[1-9A-Za-z]$/.test(text);
}

/** A place after `before` and before `after`; an absent neighbour is the end of the list. Two equal neighbours have no
 *  room: the place is right behind them. */
export function between(before?: string, after?: string): string {
  const low = before !== undefined && isPlace(before) ? before : "";
  const high = after !== undefined && isPlace(after) ? after : undefined;
  return high !== undefined && high <= low ? `${low}V` : midpoint(low, high);
}

function digitAt(text: string, at: number): number {
  return Math.max(0, DIGITS.indexOf(text.charAt(at) || "0"));
}

/** `low < high`, and neither ends in the lowest digit. */
function midpoint(low: string, high: string | undefined): string {
  let made = "";
  for (let at = 0; ; at++) {
    const floor = digitAt(low, at);
    const ceiling = high === undefined ? DIGITS.length : digitAt(high, at);
    if (ceiling > floor + 1) return made + DIGITS.charAt(Math.floor((floor + ceiling) / 2));
    // The upper neighbour's own digit, and nothing behind it, lies below that neighbour.
    if (ceiling === floor + 1 && high !== undefined && high.length > at + 1) return made + DIGITS.charAt(ceiling);
    made += DIGITS.charAt(floor);
    // Below the upper neighbour already: from here on only the lower one bounds it.
    if (ceiling > floor) high = undefined;
  }
}
