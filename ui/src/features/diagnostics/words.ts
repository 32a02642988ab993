import { m } from "../../paraglide/messages.js";

/** What a table of the database is called; one without a name here is shown as it is called there. */
export function countName(table: string): string {
  const words: Record<string, () => string> = {
    conversation: m.conversations,
    conversations: m.conversations,
    message: m.search_messages,
    messages: m.search_messages,
    contact: m.search_contacts,
    contacts: m.search_contacts,
    line: m.lines,
    lines: m.lines,
    quick_reply: m.quick_title,
    quick_replies: m.quick_title,
    identity: m.diag_identities,
    identities: m.diag_identities,
    local_draft: m.diag_drafts,
    held: m.diag_held,
    review: m.review_title,
    tag: m.contact_tags,
  };
  return words[table]?.() ?? table;
}

export function secretsText(place: string): string {
  if (place === "keyring") return m.diag_secrets_keyring();
  if (place === "passphrase") return m.diag_secrets_passphrase();
  return place;
}
