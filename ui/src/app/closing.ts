// What closing leads takes along is said before it is done (FUP-07).
import { call, type ClosePreview, type ClosingTarget, type LeadId } from "../backend";
import { number } from "../lib/numbers";
import { leadsText } from "../lib/sale";
import { m } from "../paraglide/messages.js";

export const ofLeads = (ids: readonly LeadId[]): ClosingTarget => ({
  of: "leads",
  target: { what: "ids", ids: [...ids] },
});

/** Whether somebody has to be told first. Where it cannot be read the deed itself says why. */
export async function takesAlong(target: ClosingTarget): Promise<boolean> {
  const preview = await call("get_close_preview", { target }).catch(() => undefined);
  return (preview?.total ?? 0) > 0;
}

/** "12 follow-ups of 9 leads will be canceled". */
export function willCancel({ total, leads }: Pick<ClosePreview, "total" | "leads">, many: boolean): string {
  const count = { count: total, shown: number(total) };
  if (!many) return m.follow_will_cancel(count);
  return m.follow_will_cancel_of({ ...count, leads: leadsText(leads) });
}
