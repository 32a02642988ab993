// What stands in custom fields, as people read and type it. Numbers are kept exactly as they were meant: digits and how
// many of them stand behind the point.
import type { Decimal, CustomField, FieldId, FieldKind, FieldValue, Filled } from "../backend";
import { locale } from "../app/locale.svelte";
import { isEqual } from "./equal";
import { dateFormat, numberFormat } from "./intl";

export const FIELD_KINDS: readonly FieldKind[] = [
  "text",
  "number",
  "money",
  "date",
  "list",
  "multi_list",
  "checkbox",
  "link",
];
export const MAX_FIELDS = 50;
export const MAX_OPTIONS = 100;
const MAX_DIGITS = 15;
const MAX_DECIMALS = 6;

export const isList = (kind: FieldKind) => kind === "list" || kind === "multi_list";

export function valueOf(filled: readonly Filled[] | undefined, id: FieldId): FieldValue | undefined {
  return filled?.find((one) => one.field_id === id)?.value;
}

/** The point and the mark between thousands in the language on screen. */
function marks(): { point: string; group: string } {
  const parts = numberFormat({ useGrouping: true }).formatToParts(12345678.9);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { point: of("decimal") || ".", group: of("group") || "," };
}

/** An amount as it was typed, perhaps with its sign ("$12,000", "R$ 1.500,50"). Nobody says an amount to the thousandth:
 *  three digits after one mark are thousands in every language. */
export function amountFrom(typed: string): Decimal | undefined {
  const text = typed.trim().replace(/^[A-Za-z]{0,3}\p{Sc}\s*|^[A-Z]{3}\s+|\s*\p{Sc}$/u, "");
  return decimalFrom(THOUSANDS.test(text) ? text.replace(/[.,]/, "") : text);
}
/** "12.000" and "12,000": thousands, or a number to the thousandth. "0.125" can't be thousands. */
const THOUSANDS = /^[-\u2212+]?[1-9]\d{0,2}[.,]\d{3}$/u;
/** A number of a custom field as it was typed (ADR 0133). In Spanish the point stands between thousands in one country
 *  and before decimals in the next: there three digits after either mark are thousands, as in an amount. */
export function numberFrom(typed: string): Decimal | undefined {
  return locale() === "es" ? amountFrom(typed) : decimalFrom(typed);
}
/** A number as it was typed, with "," or "." wherever people put them; undefined: it is none. */
export function decimalFrom(typed: string): Decimal | undefined {
  // Blanks and apostrophes stand between thousands, too.
  let text = typed.replace(/[\s\u00a0\u202f'’]/gu, "").replace(/\u2212/gu, "-");
  const negative = text.startsWith("-");
  if (negative || text.startsWith("+")) text = text.slice(1);
  if (!/^[0-9][0-9.,]*$/.test(text)) return undefined;
  const point = pointIn(text);
  const groups = point === undefined ? text : text.slice(0, point);
  const rest = point === undefined ? "" : text.slice(point + 1);
  // What stands between thousands stands before three digits, and is one mark.
  if (!/^\d+$/.test(groups) && !/^\d{1,3}(,\d{3})+$/.test(groups) && !/^\d{1,3}(\.\d{3})+$/.test(groups))
    return undefined;
  if (!/^\d*$/.test(rest)) return undefined;
  const decimals = rest.replace(/0+$/, "");
  const digits = (groups.replace(/[.,]/g, "") + decimals).replace(/^0+(?=\d)/, "");
  if (digits.length > MAX_DIGITS || decimals.length > MAX_DECIMALS) return undefined;
  const units = Number(digits);
  return { units: negative && units !== 0 ? -units : units, decimals: decimals.length };
}
/** Where the point stands: the last mark if there are two kinds, one that stands alone unless it is the language's mark
 *  between thousands and three digits follow. */
function pointIn(text: string): number | undefined {
  const last = Math.max(text.lastIndexOf(","), text.lastIndexOf("."));
  if (last === -1) return undefined;
  const kinds = new Set(text.replace(/\d/g, ""));
  if (kinds.size === 2) return last;
  const count = text.replace(/\d/g, "").length;
  if (count > 1) return undefined;
  const mayBeThousands = text.length - last - 1 === 3 && !text.startsWith("0");
  return mayBeThousands && text[last] !== marks().point ? undefined : last;
}

const plain = ({ units, decimals }: Decimal) => units / 10 ** decimals;

/** To be typed on: no marks between thousands, and read again as the same number. What would be thousands ("1.125") has
 *  one zero more. */
export function decimalTyped(value: Decimal): string {
  const text = numberFormat({ useGrouping: false, maximumFractionDigits: MAX_DECIMALS }).format(plain(value));
  return THOUSANDS.test(text) ? `${text}0` : text;
}
/** Two numbers as they are shown here, for whoever is told how to write one. */
export function numberExamples(): { whole: string; exact: string } {
  return {
    whole: numberText({ units: 1250, decimals: 0 }),
    exact: numberFormat({ minimumFractionDigits: 2 }).format(12.5),
  };
}
export function numberText(value: Decimal): string {
  return numberFormat({ maximumFractionDigits: MAX_DECIMALS }).format(plain(value));
}
/** In the workspace's currency; without one the number alone. */
export function moneyText(value: Decimal, currency: string | null | undefined): string {
  const least = currency
    ? (numberFormat({ style: "currency", currency }).resolvedOptions().minimumFractionDigits ?? 2)
    : Math.min(2, value.decimals === 0 ? 0 : 2);
  const options = { minimumFractionDigits: value.decimals === 0 ? 0 : least, maximumFractionDigits: MAX_DECIMALS };
  return currency
    ? numberFormat({ style: "currency", currency, currencyDisplay: "narrowSymbol", ...options }).format(plain(value))
    : numberFormat(options).format(plain(value));
}
/** The sign or letters of a currency, as they stand before an amount. */
export function currencySign(currency: string): string {
  const parts = numberFormat({ style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
  return parts.find((part) => part.type === "currency")?.value ?? currency;
}

/** The beginning of a day of the calendar here; days have no time zone. */
export function dayMs(date: string): number {
  const [year, month, day] = date.split("-").map(Number);
  const at = new Date(2000, (month ?? 1) - 1, day ?? 1);
  at.setFullYear(year ?? 1970);
  return at.getTime();
}
export function dateOf(day_ms: number): string {
  const at = new Date(day_ms);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
export function dateText(date: string): string {
  return dateFormat({ dateStyle: "medium" }).format(dayMs(date));
}

/** What a value says. `option`: what an option is called. */
export function valueText(
  value: FieldValue,
  option: (id: string) => string,
  currency: string | null | undefined,
  yes: string,
): string {
  switch (value.kind) {
    case "text":
      return value.text;
    case "number":
      return numberText(value.number);
    case "money":
      return moneyText(value.amount, currency);
    case "date":
      return dateText(value.date);
    case "list":
      return option(value.option_id);
    case "multi_list":
      return value.option_ids.map(option).join(", ");
    case "checkbox":
      return yes;
    case "link":
      return value.url;
  }
}

/** The same value? */
export function isSame(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  return isEqual(one, other);
}

/** "shop.example/ring", without what every link begins with. */
export function linkText(url: string): string {
  return url.replace(/^https?:\/\//i, "").replace(/\/$/, "");
}

/** Like the app's own rule, so that what can't be kept is said before it is sent. */
export function isLink(typed: string): boolean {
  const url = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  return /^https?:\/\/[^\s<>"@/?#:]+\.[^\s<>"@/?#:.]+(:\d{1,5})?([/?#][^\s<>"]*)?$/i.test(url);
}

/** In the order of people's choice. */
export function fieldsOf(fields: readonly CustomField[] | undefined, of: CustomField["of"]): CustomField[] {
  return (fields ?? []).filter((field) => field.of === of);
}
