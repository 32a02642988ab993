// What the app answered twice.

/** Of plain data, as JSON has it: the same values under the same names. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  const has = (key: string): key is never => Object.hasOwn(other, key);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => has(key) && isEqual((one as Record<string, unknown>)[key], other[key]))
  );
}
