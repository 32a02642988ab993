// "Try with sample customers": the simulator line, from wherever it is offered.
import { call } from "../backend";
import { attempt } from "./act";
import { loadState } from "./session.svelte";
import { readLines, readStatus } from "./status.svelte";
import { toast } from "./toast.svelte";
import { m } from "../paraglide/messages.js";

export async function trySamples(): Promise<void> {
  const line = await attempt(() => call("connect_simulator", { name: m.channel_simulator(), base_url: "" }));
  if (!line) return;
  toast(m.samples_coming());
  await Promise.all([loadState(), readLines(), readStatus()]);
}
