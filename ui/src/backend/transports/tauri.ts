// Inside the desktop window. The only file that imports @tauri-apps.
import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { open, save } from "@tauri-apps/plugin-dialog";
import { ApiError } from "../error";
import type { Brought, Transport } from "../transport";

const named = (path: string): Brought => ({ path, name: path.split(/[\\/]/).at(-1) ?? path });

/** The shell hears when the first content is painted: the mark that the page leaves in its timeline. */
function tellPainted(): void {
  const watch = new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-content").length === 0) return;
    watch.disconnect();
    void invoke("painted");
  });
  watch.observe({ type: "mark", buffered: true });
}

export function tauriTransport(): Transport {
  tellPainted();
  const handlers = new Set<(event: unknown) => void>();
  // From the beginning, and before anything is read: what happens after a read is heard, however soon.
  const listening = listen("embudo-event", (event) => handlers.forEach((handler) => handler(event.payload)));
  return {
    async call(command, args) {
      try {
        await listening;
        return await invoke("call", { command, args });
      } catch (error) {
        throw ApiError.from(error);
      }
    },
    events(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    // embudo://localhost/preview/<hash>, or http://embudo.localhost/... on Windows.
    mediaUrl: (hash, what) => `${convertFileSrc("", "embudo").replace(/\/$/, "")}/${what}/${hash}`,
    async upload(file) {
      try {
        return await invoke<string>("blob", await file.arrayBuffer());
      } catch (error) {
        throw ApiError.from(error);
      }
    },
    async pickFiles(kind) {
      if (kind) {
        const filters = [{ name: kind.name, extensions: [...kind.extensions] }];
        const chosen = await open({ title: kind.title, filters, multiple: kind.many ?? false });
        return (chosen === null ? [] : [chosen].flat()).map(named);
      }
      const chosen = await open({ multiple: true });
      return (chosen ?? []).map(named);
    },
    pickSavePath: async (name) => (await save({ defaultPath: name })) ?? undefined,
    onLeaving(keep) {
      const stopped = listen("embudo-leaving", () => {
        const done = keep();
        // The main window goes by its own answer: the reply box only keeps what it has.
        if (getCurrentWebview().label === "main") void done.then((kept) => invoke("left", { kept }));
      });
      return () => void stopped.then((stop) => stop());
    },
    onDrop(hover, drop) {
      const stopped = getCurrentWebview().onDragDropEvent(({ payload }) => {
        hover(payload.type === "enter" || payload.type === "over");
        if (payload.type === "drop") drop(payload.paths.map(named));
      });
      return () => void stopped.then((stop) => stop());
    },
  };
}
