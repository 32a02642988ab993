// What can be taken back, newest last, at most fifty. Every act of a person that is not a send ends here.
export interface Undoable {
  /** What was done, in words, as the toast says it. */
  label: string;
  undo: () => Promise<void> | void;
}

const LIMIT = 50;
let stack = $state.raw<Undoable[]>([]);

export function pushUndo(entry: Undoable): void {
  stack = [...stack, entry].slice(-LIMIT);
}

export function undoDepth(): number {
  return stack.length;
}

export function lastUndo(): Undoable | undefined {
  return stack.at(-1);
}

/** Nobody has taken it back yet. */
export function canUndo(entry: Undoable): boolean {
  return stack.includes(entry);
}

/** One after the other: what was done later stands in the way of what was done before it. */
let before: Promise<void> = Promise.resolve();

/** Takes one back: the given entry, or the newest. An entry can be taken back once. */
export async function undo(entry: Undoable | undefined = stack.at(-1)): Promise<Undoable | undefined> {
  if (!entry || !stack.includes(entry)) return undefined;
  stack = stack.filter((e) => e !== entry);
  const mine = before.then(() => entry.undo());
  before = mine.then(
    () => undefined,
    () => undefined,
  );
  await mine;
  return entry;
}

/** Its time is over: what it would take back has left. */
export function dropUndo(entry: Undoable): void {
  stack = stack.filter((e) => e !== entry);
}
