// Why somebody may be the same person, in a sentence.
import type { SameContact } from "../../backend";
import { m } from "../../paraglide/messages.js";

export function sameWords({ by, contact, spelled_otherwise }: SameContact): string {
  const name = contact.name || contact.phone || contact.email;
  if (by === "phone") return spelled_otherwise ? m.same_phone_spelled({ name }) : m.same_phone({ name });
  return by === "email" ? m.same_email({ name }) : m.same_name({ name });
}
