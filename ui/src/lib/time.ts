// Moments in words. Everything is relative to the hub's clock, never the computer's.
import { hubNow } from "../app/clock.svelte";
import { intlTag } from "../app/locale.svelte";
import { m } from "../paraglide/messages.js";
import { dateFormat } from "./intl";

const DAY_MS = 86_400_000;

/** The system's language, where it has one: a Linux without a locale says "C", which is no language tag. */
function systemTag(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? "en";
  } catch {
    return "en";
  }
}

let systemCycle: "h12" | "h23" | undefined;

/** Spanish and Portuguese write 14:26; English does what the system does. */
function hourCycle(): "h12" | "h23" {
  return intlTag() === "en" ? (systemCycle ??= askedCycle()) : "h23";
}
function askedCycle(): "h12" | "h23" {
  const system = new Intl.DateTimeFormat(systemTag(), { hour: "numeric" }).resolvedOptions().hourCycle;
  return system === "h23" || system === "h24" ? "h23" : "h12";
}
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return dateFormat({ hourCycle: hourCycle(), ...options });
}

export function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
/** Whole days between two moments on the calendar: 0 today, 1 yesterday. */
function daysAgo(ms: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(ms)) / DAY_MS);
}

/** "14:26", or "2:26 PM" where that is the custom. */
export function clock(ms: number): string {
  return format({ hour: hourCycle() === "h23" ? "2-digit" : "numeric", minute: "2-digit" }).format(ms);
}

/** For list rows: the time today, "yesterday", a weekday, a date. */
export function listTime(ms: number, now = hubNow()): string {
  const days = daysAgo(ms, now);
  if (days <= 0) return clock(ms);
  if (days === 1) return m.yesterday();
  if (days < 7) return format({ weekday: "short" }).format(ms).replace(/\.$/, "");
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return format(
    sameYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "2-digit" },
  ).format(ms);
}

/** How long ago, as short as it can be said: "now", "5 min", "3 h", then as in list rows. */
export function age(ms: number, now = hubNow()): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return m.just_now();
  if (minutes < 60) return m.minutes_left({ minutes });
  return minutes < 24 * 60 && daysAgo(ms, now) === 0
    ? m.hours_short({ hours: Math.floor(minutes / 60) })
    : listTime(ms, now);
}

/** For day separators: "Today", "Yesterday", "Tuesday, 4 March". */
export function dayTitle(ms: number, now = hubNow()): string {
  const days = daysAgo(ms, now);
  if (days === 0) return m.today_title();
  if (days === 1) return m.yesterday_title();
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  const text = format({
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(ms);
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** "Tue 15:00", "today 17:41", "4 Mar 08:00", and in another year "4 Mar 2028 08:00". */
export function dayAndClock(ms: number, now = hubNow()): string {
  const days = daysAgo(ms, now);
  const time = clock(ms);
  if (days === 0) return m.today_at({ time });
  if (days === 1) return m.yesterday_at({ time });
  if (days === -1) return m.tomorrow_at({ time });
  if (Math.abs(days) < 7) return `${format({ weekday: "short" }).format(ms).replace(/\.$/, "")} ${time}`;
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  const day = format({ day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(ms);
  return `${day} ${time}`;
}

/** After "until": of today the clock alone says enough. */
export function untilWhen(ms: number, now = hubNow()): string {
  return daysAgo(ms, now) === 0 ? clock(ms) : dayAndClock(ms, now);
}

/** "Sunday, 20 December 2026, 08:00": nothing is left to guess. */
export function fullDateAndClock(ms: number): string {
  const day = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(ms);
  return `${day}, ${clock(ms)}`;
}

/** The whole moment, for tooltips. */
export function fullMoment(ms: number): string {
  return format({ dateStyle: "full", timeStyle: "medium" }).format(ms);
}

/** The same day? */
export function sameDay(a: number, b: number): boolean {
  return startOfDay(a) === startOfDay(b);
}

/** "3 h 12 min", "42 min", "<1 min". */
export function timeLeft(ms: number): string {
  const minutes = Math.max(0, Math.ceil(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return m.minutes_left({ minutes });
  return m.hours_left({ hours, minutes: minutes % 60 });
}

/** "0:06", "12:40", "1:02:03". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((p, i) => (i === 0 ? String(p) : String(p).padStart(2, "0"))).join(":");
}

/** "2 s ago", "3 min ago", "yesterday". */
export function ago(ms: number, now = hubNow()): string {
  const seconds = Math.round((ms - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(intlTag(), { numeric: "auto", style: "narrow" });
  if (seconds > -60) return relative.format(Math.min(0, seconds), "second");
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), "minute");
  if (seconds > -86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}
