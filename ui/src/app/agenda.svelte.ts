// What the agenda counts: kept for the rail, the tabs and the notice at start, and counted again when follow-ups change
// and when one becomes due.
import { call, type FollowUpCounts, type AgendaScope } from "../backend";
import { Newest } from "../lib/newest";
import { number } from "../lib/numbers";
import { addDays } from "../lib/due";
import { startOfDay } from "../lib/time";
import { m } from "../paraglide/messages.js";
import { exactNow } from "./clock.svelte";
import { dialogs } from "./dialogs.svelte";
import { on, onResumed } from "./events";
import { recall, remember } from "./memory";
import { toast } from "./toast.svelte";

const AGAIN_MS = 30_000;
let scope = $state<AgendaScope>();
let counts = $state.raw<FollowUpCounts>();
/** All that asks was due while nothing ran; else some of it could not leave. */
let wasOff = $state(true);
/** Moves when follow-ups may have changed, or become due: lists read again. */
let turn = $state(0);
const reads = new Newest();

export function agendaCounts(): FollowUpCounts | undefined {
  return counts;
}
export function agendaScope(): AgendaScope {
  return scope ?? recall<AgendaScope>("agenda-scope", "mine");
}
export function setAgendaScope(next: AgendaScope): void {
  scope = next;
  remember("agenda-scope", next);
  void readAgenda();
}
/** "3 messages were due while you were off", or what could not leave among them. */
export function askingWords(count: number): string {
  const shown = number(count);
  return wasOff ? m.follow_asking({ count, shown }) : m.follow_asking_stuck({ count, shown });
}
export const agendaTurn = () => turn;

/** Today on this computer's calendar, by the hub's clock. */
export function today(now = exactNow()): { day_start_ms: number; day_end_ms: number } {
  const day_start_ms = startOfDay(now);
  return { day_start_ms, day_end_ms: startOfDay(addDays(day_start_ms, 1)) };
}

async function readAgenda(): Promise<void> {
  const next = await reads
    .ask(() => call("count_follow_ups", { scope: agendaScope(), ...today() }))
    .catch(() => undefined);
  if (!next) return;
  const before = counts;
  counts = next;
  // Nothing is read again for a tick that changed nothing.
  if (JSON.stringify(before) !== JSON.stringify(next)) turn += 1;
  await tellAsking(before?.asking ?? 0, next.asking);
}

/** Nothing leaves late by itself: it is said, once each time there is more to decide. */
async function tellAsking(before: number, now: number): Promise<void> {
  if (now === before) return;
  const ask = { scope: agendaScope(), bucket: "asking" as const, offset: 0, limit: 200 };
  const page = await call("list_follow_ups", ask).catch(() => undefined);
  wasOff = page?.rows.every(({ follow_up }) => follow_up.state.state === "asking") ?? wasOff;
  if (now <= before || dialogs.asking) return;
  toast(() => askingWords(now), {
    action: { label: m.follow_asking_decide(), run: () => (dialogs.asking = true) },
  });
}

export function startAgenda(): () => void {
  void readAgenda();
  const timer = setInterval(() => void readAgenda(), AGAIN_MS);
  const changed = () => {
    turn += 1;
    void readAgenda();
  };
  const stops = [on("follow_ups_changed", changed), onResumed(changed), () => clearInterval(timer)];
  return () => stops.forEach((stop) => stop());
}
