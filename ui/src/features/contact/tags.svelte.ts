/** Counts the times that the tags of the person on screen were asked for, by key or from the palette. */
let asked = $state(0);
export function askTags(): void {
  asked++;
}
export function tagsAsked(): number {
  return asked;
}
