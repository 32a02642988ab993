// Days of the calendar as people read and type them, in the order of the language on screen. As text a day is
// "2026-03-04" and has no time zone.
import { dateFormat } from "./intl";

const two = (value: number) => String(value).padStart(2, "0");

/** "4 Mar 2026", in the language on screen. */
export function fullDate(ms: number): string {
  return dateFormat({ dateStyle: "medium" }).format(ms);
}

/** "03/04/2026" or "04/03/2026": as it is typed here. */
export function dayTyped(day: string): string {
  const at = new Date(`${day}T00:00`);
  return dateFormat({ year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** A day as it was typed: with any marks between its parts, in the order of the language or beginning with the year. A
 *  year of two digits is in the hundred years around now, none is this year; undefined: it is no day. */
export function dayFrom(typed: string, now_ms: number): string | undefined {
  const parts = typed.trim().split(/[\s./-]+/);
  if (!parts.every((part) => /^\d{1,4}$/.test(part))) return undefined;
  const order = parts[0]!.length === 4 ? (["year", "month", "day"] as const) : dayOrder();
  if (parts.length === 2 && order[0] === "year") return undefined;
  const kinds = parts.length === 2 ? order.filter((kind) => kind !== "year") : order;
  if (parts.length !== kinds.length) return undefined;
  const of = (kind: (typeof kinds)[number]) => parts[kinds.indexOf(kind)] ?? "";
  const [year, month, day] = [
    yearFrom(of("year"), new Date(now_ms).getFullYear()),
    Number(of("month")),
    Number(of("day")),
  ];
  if (year === undefined || of("month").length > 2 || of("day").length > 2) return undefined;
  const at = new Date(2000, month - 1, day);
  at.setFullYear(year, month - 1, day);
  // The 31st of a month that has none is no other day.
  if (at.getFullYear() !== year || at.getMonth() !== month - 1 || at.getDate() !== day) return undefined;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}
function yearFrom(typed: string, now: number): number | undefined {
  if (typed === "") return now;
  // "0026" is a slip: it would be shown as the 26 that it is not.
  if (typed.length === 4) return Number(typed) >= 1000 ? Number(typed) : undefined;
  if (typed.length !== 2) return undefined;
  const year = now - (now % 100) + Number(typed);
  // Up to ten years ahead; more are those of a birthday.
  return year > now + 10 ? year - 100 : year;
}
function dayOrder(): ("day" | "month" | "year")[] {
  return dateFormat({ year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(0)
    .map(({ type }) => type)
    .filter((type) => type === "day" || type === "month" || type === "year");
}
