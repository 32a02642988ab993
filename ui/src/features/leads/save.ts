// The history of a person as a text where they want it: in the language of the screen, with dates and who did what. Who
// is called by a number only has no name in it.
import { call, pickSavePath, type ContactId } from "../../backend";
import { attempt } from "../../app/act";
import { exactNow } from "../../app/clock.svelte";
import { toast } from "../../app/toast.svelte";
import { fullDateAndClock } from "../../lib/time";
import { m } from "../../paraglide/messages.js";

/** Nothing but what numbers are written with. */
const IS_NUMBER = /^[+\d][\d\s().\-/]{4,}$/;
const NOT_IN_NAMES = /[\\/:*?"<>|]/g;

/** `kind`: of which kind it is alone. */
export async function saveHistory(contact_id: ContactId, kind: string | undefined, text: string): Promise<void> {
  const contact = await attempt(() => call("get_contact", { contact_id }));
  if (!contact) return;
  const given = contact.display_name.trim();
  const name = given === "" || IS_NUMBER.test(given) ? m.contact() : given;
  const path = await pickSavePath(m.history_file({ name: name.replace(NOT_IN_NAMES, "-").trim() }));
  if (path === undefined) return;
  const title = kind === undefined ? m.history_title({ name }) : m.history_title_of({ name, kind });
  const head = [title, m.history_saved_at({ when: fullDateAndClock(exactNow()) }), ""];
  const lines = [...head, ...text.split("\n")];
  if (await attempt(() => call("export_history", { path, lines }))) toast(m.history_did_save());
}
