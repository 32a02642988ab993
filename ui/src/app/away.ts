// Who said that they are away is still given work, but not by mistake (LED-04).
import type { MemberId } from "../backend";
import { dialogs } from "./dialogs.svelte";
import { memberName, sale } from "./sale.svelte";

/** Gives it at once, or asks first. One's own absence is known. */
export function giveTo(id: MemberId | null, give: () => void): void {
  const member = sale()?.members.find((one) => one.id === id);
  if (id === null || !member?.away || member.is_me) return give();
  dialogs.away = { name: memberName(id), give };
}
