// Tagging one person, wherever their tags are changed.
import { call, type ContactId, type TagView } from "../backend";
import { newId } from "../lib/id";
import { m } from "../paraglide/messages.js";
import { actAloud } from "./act";

export function setTag(contact_id: ContactId, tag: TagView, on: boolean): Promise<boolean> {
  const label = on ? m.tag_did_on({ tag: tag.name }) : m.tag_did_off({ tag: tag.name });
  return actAloud(label, () =>
    call("bulk_tag", { id: newId(), target: { of: "contacts", ids: [contact_id] }, tag_id: tag.id, on }),
  );
}
