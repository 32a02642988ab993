// Reads of one thing, asked again at each change. Answers may overtake one another; one that was asked for before the
// answer that stands is older than it and is dropped.
export class Newest {
  #asked = 0;
  #taken = 0;

  /** Undefined: a later question has been answered already. */
  async ask<T>(read: () => Promise<T>): Promise<T | undefined> {
    const mine = ++this.#asked;
    const answer = await read();
    if (mine < this.#taken) return undefined;
    this.#taken = mine;
    return answer;
  }
}

/** Reads under way whose answers may be older than a change that is told meanwhile: who reads a change waits for
 *  them, so that nothing older lands after it. */
export class UnderWay {
  #reads = new Set<Promise<unknown>>();

  async run<T>(read: () => Promise<T>): Promise<T> {
    const mine = read();
    this.#reads.add(mine);
    try {
      return await mine;
    } finally {
      this.#reads.delete(mine);
    }
  }
  async over(): Promise<void> {
    while (this.#reads.size > 0) await Promise.allSettled(this.#reads);
  }
}
