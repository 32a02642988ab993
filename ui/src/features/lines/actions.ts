import { register } from "../../app/actions.svelte";
import { dialogs } from "../../app/dialogs.svelte";
import { goSettings } from "../../app/route.svelte";
import { trySamples } from "../../app/samples";
import { allLines } from "../../app/status.svelte";
import { m } from "../../paraglide/messages.js";
import { showLine } from "./shown.svelte";

export function registerLineActions(): () => void {
  return register(
    {
      id: "go.lines",
      title: m.lines_action_go,
      words: m.lines,
      group: "go",
      run: () => {
        showLine(null);
        goSettings("lines");
      },
    },
    {
      id: "lines.connect",
      title: m.lines_connect_title,
      words: m.lines,
      group: "app",
      run: () => void (dialogs.connect = true),
    },
    {
      id: "lines.samples",
      title: m.lines_samples_add,
      words: m.lines,
      group: "app",
      run: trySamples,
      available: () =>
        !allLines().some((l) => l.type === "simulator" && l.state.state !== "removed") || m.lines_samples_already(),
    },
  );
}
