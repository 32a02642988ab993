import { call } from "../../backend";
import { register } from "../../app/actions.svelte";
import { attempt } from "../../app/act";
import { copyText } from "../../app/copy";
import { goSettings } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";

/** Figures and codes, for a person who helps: no name, number or text. */
export async function copyReport(): Promise<void> {
  const report = await attempt(() => call("get_report"));
  if (report) await copyText(report.text, m.diag_did_copy());
}

export function registerDiagnosticsActions(): () => void {
  return register(
    { id: "go.diagnostics", title: m.diag_action_go, words: m.diag_title, group: "go", run: () => goSettings("data") },
    { id: "diagnostics.copy", title: m.diag_copy, words: m.diag_title, group: "app", run: copyReport },
  );
}
