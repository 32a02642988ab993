import { numberFormat } from "./intl";

/** "1,284" in the language on screen. */
export function number(value: number): string {
  return numberFormat().format(value);
}

/** "42%". */
export function percent(part: number): string {
  return numberFormat({ style: "percent", maximumFractionDigits: 0 }).format(part);
}

/** "31 MB". The number and its unit stay on one line. */
export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  let at = 0;
  let size = value;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  return numberFormat({
    style: "unit",
    unit: units[at],
    unitDisplay: at === 0 ? "long" : "short",
    maximumFractionDigits: size < 10 && at > 1 ? 1 : 0,
  })
    .format(size)
    .replace(/\s/g, "\u00a0");
}
