// Saving a file where the person wants it. What it is called there the app says: the sender's name is data.
import { call, pickSavePath, type Body, type MessageId } from "../../backend";
import { attempt } from "../../app/act";
import { toast } from "../../app/toast.svelte";
import { kindName } from "../../lib/body";
import { m } from "../../paraglide/messages.js";

export async function saveFile(message: { id: MessageId; body: Body }): Promise<void> {
  const { body } = message;
  if (body.kind !== "media") return;
  const of = { message_id: message.id };
  const named = await attempt(() => call("get_file_name", { ...of, fallback: kindName(body.media) }));
  if (!named) return;
  const path = await pickSavePath(named.name);
  if (path === undefined) return;
  if ((await attempt(() => call("save_file", { ...of, path }))) !== undefined) toast(m.file_saved());
}
