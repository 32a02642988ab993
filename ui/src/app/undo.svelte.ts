// What can be taken back, newest last, at most fifty. Every act of a person that is not a send ends here.
export interface Undoable {
  /** What was done, in words, as the toast says it. */
  label: string;
  undo: () => Promise<UndoEnd> | UndoEnd;
}
/** What became of taking one back. Why it was not, or not wholly, has been said in words by whoever says so; "later": it
 *  was not, and may be tried again. */
export type UndoEnd = "done" | "refused" | "later";

const LIMIT = 50;
let stack = $state.raw<Undoable[]>([]);
/** When each was done, so that one that comes back stands where it stood. */
const order = new WeakMap<Undoable, number>();
let pushed = 0;
/** Being taken back just now. */
const underWay = new Set<Undoable>();

export function pushUndo(entry: Undoable): void {
  order.set(entry, pushed++);
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

/** Takes one back: the given entry, or the newest. An entry can be taken back once; one that could not be for now is
 *  there again. Undefined: nothing was taken back. */
export async function undo(entry: Undoable | undefined = stack.at(-1)): Promise<Undoable | undefined> {
  if (!entry || !stack.includes(entry)) return undefined;
  stack = stack.filter((e) => e !== entry);
  underWay.add(entry);
  const mine = before.then(() => entry.undo());
  before = mine.then(
    () => undefined,
    () => undefined,
  );
  try {
    const became = await mine;
    if (became === "later" && underWay.has(entry)) putBack(entry);
    return became === "done" ? entry : undefined;
  } finally {
    underWay.delete(entry);
  }
}
function putBack(entry: Undoable): void {
  const at = (one: Undoable) => order.get(one) ?? 0;
  stack = [...stack, entry].sort((one, other) => at(one) - at(other)).slice(-LIMIT);
}

/** Its time is over: what it would take back has left. */
export function dropUndo(entry: Undoable): void {
  underWay.delete(entry);
  stack = stack.filter((e) => e !== entry);
}
