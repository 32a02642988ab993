// Hub time for every countdown and label on screen. The computer's own clock is only a ruler between two
// readings of the hub's, so a wrong wall clock changes nothing.
const TICK_MS = 15_000;

let offset_ms = 0;
let now = $state(Date.now());

/** Hub time, repainting what reads it every quarter of a minute. */
export function hubNow(): number {
  return now;
}
/** Hub time to the millisecond; does not repaint anything. */
export function exactNow(): number {
  return Date.now() + offset_ms;
}
export function setHubNow(hub_ms: number): void {
  offset_ms = hub_ms - Date.now();
  now = hub_ms;
}
export function startClock(): () => void {
  const timer = setInterval(() => (now = exactNow()), TICK_MS);
  return () => clearInterval(timer);
}
