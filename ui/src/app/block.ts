import { call, type ContactId } from "../backend";
import { m } from "../paraglide/messages.js";
import { act } from "./act";

/** Blocks or unblocks; the toast takes it back. */
export function block(contact_id: ContactId, name: string, blocked: boolean): Promise<boolean> {
  return act(blocked ? m.contact_did_block({ name }) : m.contact_did_unblock({ name }), () =>
    call("block_contact", { contact_id, blocked }),
  );
}
