// Moments that follow-ups are made of: what is offered, when it is night, days of a calendar. On this computer's
// calendar; the present moment is the hub's and handed in.
import { intlTag } from "../app/locale.svelte";
import { startOfDay } from "./time";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Customers are written to between these hours (FUP-08). */
export const DAY_BEGINS = 8;
export const DAY_ENDS = 20;
/** Of a day without a time. */
export const MORNING = 9;

/** A time of the day on the day of a moment. */
export function atClock(day_ms: number, hour: number, minute = 0): number {
  return new Date(day_ms).setHours(hour, minute, 0, 0);
}
/** Whole days on the calendar: the clock stays over a change of summer time. */
export function addDays(ms: number, days: number): number {
  const date = new Date(ms);
  return date.setDate(date.getDate() + days);
}
export function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  return date.setDate(Math.min(day, last));
}
export function startOfMonth(ms: number): number {
  const date = new Date(startOfDay(ms));
  return date.setDate(1);
}
/** To the next full five minutes: nobody means 16:03:27. */
const roundUp = (ms: number) => Math.ceil(ms / (5 * MINUTE_MS)) * 5 * MINUTE_MS;

export type PresetKey = "hour" | "later" | "tomorrow" | "two_days" | "monday";
export interface Preset {
  key: PresetKey;
  at_ms: number;
}

/** What is offered: in an hour, later today, tomorrow morning, in two days, next Monday. Each moment once. */
export function presets(now: number): Preset[] {
  const later = roundUp(now + 3 * HOUR_MS);
  const weekday = new Date(now).getDay();
  const all: Preset[] = [
    { key: "hour", at_ms: roundUp(now + HOUR_MS) },
    { key: "later", at_ms: later },
    { key: "tomorrow", at_ms: atClock(addDays(now, 1), MORNING) },
    { key: "two_days", at_ms: atClock(addDays(now, 2), MORNING) },
    { key: "monday", at_ms: atClock(addDays(now, (8 - weekday) % 7 || 7), MORNING) },
  ];
  return all.filter(
    ({ key, at_ms }, at) =>
      // In the evening three hours later is tomorrow.
      (key !== "later" || startOfDay(at_ms) === startOfDay(now)) &&
      all.findIndex((other) => other.at_ms === at_ms) === at,
  );
}

/** Minutes since midnight: there, or here where no zone is known or this engine does not know it. */
function minutesOfDay(ms: number, zone?: string | null): number {
  const date = new Date(ms);
  const here = date.getHours() * 60 + date.getMinutes();
  if (!zone) return here;
  try {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    const [hour, minute] = clock.format(ms).split(":").map(Number);
    return hour! * 60 + minute!;
  } catch {
    return here;
  }
}
/** `zone`: of whoever is written to, as `America/Sao_Paulo`. */
export function isNight(ms: number, zone?: string | null): boolean {
  const minutes = minutesOfDay(ms, zone);
  return minutes < DAY_BEGINS * 60 || minutes > DAY_ENDS * 60;
}
/** The first moment of the day that begins after a moment of the night. */
export function nextMorning(ms: number, zone?: string | null): number {
  if (!zone) {
    const today = atClock(ms, DAY_BEGINS);
    return today > ms ? today : atClock(addDays(ms, 1), DAY_BEGINS);
  }
  const begins = DAY_BEGINS * 60;
  const whole = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  const now = minutesOfDay(whole, zone);
  const next = whole + ((now < begins ? begins : begins + 1440) - now) * MINUTE_MS;
  // The clocks may be changed in that night.
  return next + (begins - minutesOfDay(next, zone)) * MINUTE_MS;
}
/** "23:40" there, where that is not the time here; else undefined. */
export function clockThere(ms: number, zone: string | null | undefined): string | undefined {
  if (!zone || minutesOfDay(ms, zone) === minutesOfDay(ms)) return undefined;
  return new Intl.DateTimeFormat(intlTag(), { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(ms);
}

/** So many days from now, at this time of the day, and in the morning where that would be at night. `weekdays`: the
 *  days of a weekend are not counted (FUP-09). */
export function daysFromNow(now: number, days: number, weekdays: boolean): number {
  let at = now;
  for (let left = days; left > 0;) {
    at = addDays(at, 1);
    const weekday = new Date(at).getDay();
    if (!weekdays || (weekday !== 0 && weekday !== 6)) left--;
  }
  return isNight(at) ? atClock(at, MORNING) : roundUp(at);
}

/** 0 is Sunday, as `Date` counts. */
export function firstWeekday(tag = intlTag()): number {
  const info = new Intl.Locale(tag) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (info.getWeekInfo?.() ?? info.weekInfo)?.firstDay ?? 1;
}
/** The first day of the week of a moment. */
export function startOfWeek(ms: number, first = firstWeekday() % 7): number {
  const back = (new Date(ms).getDay() - first + 7) % 7;
  return startOfDay(addDays(ms, -back));
}
export function daysFrom(start_ms: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => startOfDay(addDays(start_ms, at)));
}
/** Six weeks: every month fits, and no month moves what lies below it. */
export function monthDays(ms: number, first = firstWeekday() % 7): number[] {
  return daysFrom(startOfWeek(startOfMonth(ms), first), 42);
}

/** A time of the day as people type it: "9", "9:30", "930", "15h", "15h30", "3pm", "3:30 p. m." */
export function readClock(text: string): { hour: number; minute: number } | undefined {
  const found = /^(\d{1,2})(?:\s*[:.h]\s*(\d{2})|h|(\d{2}))?\s*(?:([ap])\.?\s*m\.?)?$/i.exec(text.trim());
  if (!found) return undefined;
  let hour = Number(found[1]);
  const minute = Number(found[2] ?? found[3] ?? 0);
  const half = found[4]?.toLowerCase();
  if (half && (hour < 1 || hour > 12)) return undefined;
  if (half === "p" && hour < 12) hour += 12;
  if (half === "a" && hour === 12) hour = 0;
  return hour < 24 && minute < 60 ? { hour, minute } : undefined;
}

/** Where a key leads in a calendar whose days are told by their beginning. */
export function stepDay(
  { key, shiftKey = false }: { key: string; shiftKey?: boolean },
  day_ms: number,
  first = firstWeekday() % 7,
): number | undefined {
  const months = shiftKey ? 12 : 1;
  switch (key) {
    case "ArrowLeft":
      return startOfDay(addDays(day_ms, -1));
    case "ArrowRight":
      return startOfDay(addDays(day_ms, 1));
    case "ArrowUp":
      return startOfDay(addDays(day_ms, -7));
    case "ArrowDown":
      return startOfDay(addDays(day_ms, 7));
    case "Home":
      return startOfWeek(day_ms, first);
    case "End":
      return startOfDay(addDays(startOfWeek(day_ms, first), 6));
    case "PageUp":
      return startOfDay(addMonths(day_ms, -months));
    case "PageDown":
      return startOfDay(addMonths(day_ms, months));
    default:
      return undefined;
  }
}
