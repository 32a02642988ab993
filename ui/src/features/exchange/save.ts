// A place for a list, and the list into it.
import { call, pickSavePath } from "../../backend";
import { attempt } from "../../app/act";
import { toast } from "../../app/toast.svelte";
import { number } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";
import { problemWords } from "./words";

export async function saveErrorRows(id: string, fileName: string): Promise<void> {
  const stem = fileName.replace(/\.[^.]*$/, "");
  const path = await pickSavePath(m.import_errors_file({ name: stem }));
  if (path === undefined) return;
  const args = { id, path, title: m.import_reason(), words: problemWords() };
  const saved = await attempt(() => call("save_error_rows", args));
  if (saved) toast(m.export_done({ count: saved.count, shown: number(saved.count) }));
}
