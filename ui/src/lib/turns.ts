// One after the other, in the order in which they were asked for.
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins once all before it are over, however they ended. */
  take<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
