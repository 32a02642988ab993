// The only door to the app: commands by name with their generated types, events after commit.
import { ApiError } from "./error";
import type { Commands } from "./gen/commands";
import type { AppEvent } from "./gen/types";
import type { Brought, KindOfFile, Transport, UploadOptions } from "./transport";

export { ApiError };
export type { Brought };
export type * from "./gen/types";

export type CommandName = keyof Commands;
export type Args<C extends CommandName> = Commands[C]["args"];
export type Result<C extends CommandName> = Commands[C]["result"];

let transport: Transport | undefined;
let choosing: Promise<Transport> | undefined;

function host(): Promise<Transport> {
  return (choosing ??= (
    "__TAURI_INTERNALS__" in window
      ? import("./transports/tauri").then((m) => m.tauriTransport())
      : import("./transports/http").then((m) => m.httpTransport())
  ).then((chosen) => (transport = chosen)));
}

/** For tests and the design preview: another host. Before the first call. */
export function useTransport(other: Transport): void {
  transport = other;
  choosing = Promise.resolve(other);
}

/** Runs a command. Rejects with an ApiError and nothing else. */
export async function call<C extends CommandName>(
  command: C,
  ...args: keyof Args<C> extends symbol ? [] : [Args<C>]
): Promise<Result<C>> {
  try {
    return (await (await host()).call(command, args[0] ?? {})) as Result<C>;
  } catch (error) {
    throw ApiError.from(error);
  }
}

/** Hears the app's events. `resumed`: some may have been missed, read again what is on screen. */
export function listen(handler: (event: AppEvent) => void, resumed: () => void): () => void {
  let stop: (() => void) | undefined;
  let stopped = false;
  void host().then((h) => {
    if (!stopped) stop = h.events((event) => handler(event as AppEvent), resumed);
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

/** What the window's going waits for; false: something could not be kept. */
export function listenLeaving(keep: () => Promise<boolean>): () => void {
  let stop: (() => void) | undefined;
  let stopped = false;
  void host().then((h) => {
    if (!stopped) stop = h.onLeaving?.(keep);
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

/** Address of a stored picture's preview or a file's bytes. Known once the first command has answered. */
export function mediaUrl(hash: string, what: "preview" | "file" = "preview"): string {
  return transport?.mediaUrl(hash, what) ?? "";
}
export const upload = async (file: Blob, on?: UploadOptions) => (await host()).upload(file, on);
export const pickFiles = async (kind?: KindOfFile) => (await host()).pickFiles(kind);
export const pickSavePath = async (name: string) => (await host()).pickSavePath(name);

/** Files dragged in where the host sees them; elsewhere the page's own drop events do. */
export function onHostDrop(hover: (over: boolean) => void, drop: (files: Brought[]) => void): () => void {
  return transport?.onDrop?.(hover, drop) ?? (() => undefined);
}
