/** Colours to choose from for what people name themselves: they stay apart, as a dot and as a chip, in both themes. */
export const COLORS = [
  "#2f6fdb",
  "#0e7f8f",
  "#1f7a3d",
  "#65a30d",
  "#a86200",
  "#b3362b",
  "#db2777",
  "#a1459b",
  "#7a4fd0",
  "#5f6670",
] as const;

export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}
