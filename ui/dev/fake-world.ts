// What the parts of the preview's small app share: the world that they look at and change.
import { type AppEvent, type Done, type InboxRow, type LineView, type MessageView } from "../src/backend";
import type { Commands } from "../src/backend/gen/commands";

export type Handlers = {
  [C in keyof Commands]?: (args: Commands[C]["args"]) => Commands[C]["result"] | Promise<Commands[C]["result"]>;
};
export interface World {
  full: boolean;
  emit: (event: AppEvent) => void;
  now: () => number;
  undoable: (undo: () => void) => Done;
  rows: () => InboxRow[];
  changeRow: (id: string, patch: Partial<InboxRow>) => unknown;
  thread: (id: string) => MessageView[];
  lines: () => LineView[];
  setLines: (lines: LineView[]) => void;
  rename: (name: string) => void;
  setCountry: (code: string) => void;
}

export const MIN = 60_000;
export const DAY = 86_400_000;

/** An answer that takes a while, as a channel's does. */
export const later = <T>(ms: number, answer: () => T): Promise<T> =>
  new Promise((resolve, reject) =>
    setTimeout(() => {
      try {
        resolve(answer());
      } catch (error) {
        reject(error as Error);
      }
    }, ms),
  );
