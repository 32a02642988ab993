// What the desktop around the window does for Embudo: the tray, the start with the system. Nothing of it where there is
// no desktop (a page of the dev host).
import { call, type DesktopView } from "../backend";
import { Newest } from "../lib/newest";
import { attempt } from "./act";

let view = $state.raw<DesktopView | null>(null);
const reads = new Newest();

export function desktop(): DesktopView | null {
  return view;
}
export async function readDesktop(): Promise<void> {
  const read = await reads.ask(() => call("get_desktop")).catch(() => undefined);
  if (read !== undefined) view = read;
}

/** Painted at once; a refusal is said and paints what is. */
export async function startWithSystem(on: boolean): Promise<void> {
  if (view) view = { ...view, starts_with_system: on };
  await attempt(() => call("set_start_with_system", { on }));
  await readDesktop();
}

export async function quit(): Promise<void> {
  await attempt(() => call("quit"));
}
