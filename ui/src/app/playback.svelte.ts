// The one voice note that plays, natively (the web view plays no Opus). Positions are remembered per message for
// as long as the window lives.
import { call, type MessageId } from "../backend";
import { attempt } from "./act";
import { codeText } from "./errors";
import { on } from "./events";
import { toast } from "./toast.svelte";

let playing = $state<MessageId>();
let positions = $state.raw<ReadonlyMap<MessageId, number>>(new Map());
let rate = $state(1);

export const RATES = [1, 1.5, 2] as const;

export function isPlaying(id: MessageId): boolean {
  return playing === id;
}
export function positionOf(id: MessageId): number {
  return positions.get(id) ?? 0;
}
export function playRate(): number {
  return rate;
}
export async function togglePlay(id: MessageId): Promise<void> {
  if (playing === id) {
    playing = undefined;
    await attempt(() => call("pause_voice", { message_id: id }));
  } else await playFrom(id, positionOf(id));
}
export async function playFrom(id: MessageId, from_ms: number): Promise<void> {
  setPosition(id, from_ms);
  playing = id;
  if (
    (await attempt(() => call("play_voice", { message_id: id, from_ms: Math.round(from_ms), rate }))) === undefined &&
    playing === id
  )
    playing = undefined;
}
export async function nextRate(id: MessageId): Promise<void> {
  rate = RATES[(RATES.indexOf(rate as (typeof RATES)[number]) + 1) % RATES.length] ?? 1;
  if (playing === id) await playFrom(id, positionOf(id));
}
function setPosition(id: MessageId, at: number): void {
  positions = new Map(positions).set(id, at);
}
export function startPlayback(): () => void {
  return on("voice", ({ message_id, playing: now, position_ms, error }) => {
    setPosition(message_id, position_ms);
    if (now) playing = message_id;
    else if (playing === message_id) playing = undefined;
    if (error) toast(codeText(error), { tone: "problem" });
  });
}
