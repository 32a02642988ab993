/** What a score field says: a whole number from 0 to 100, null for none, undefined for what is no score. */
export function scoreOf(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return /^\d{1,3}$/.test(trimmed) && Number(trimmed) <= 100 ? Number(trimmed) : undefined;
}
