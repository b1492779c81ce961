/** Least distance between two questions that only ask whether anything is answered, in milliseconds. */
const ASK_EVERY_MS = 1_000;

/** What the pools to one Postgres know of it together: what the connections of one show is true for those of the others. */
export class ServerWatch {
  #deadAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #ask: () => unknown = () => undefined;

  /** @param ask a question of the pool that knows soonest that it gets no answer */
  askBy(ask: () => unknown): void {
    this.#ask = ask;
  }

  /** Something waits for longer than most: it may be dear, or nobody is there any more. */
  wonder(): void {
    const now = performance.now();
    if (now - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = now;
    this.#ask();
  }

  /**
   * When a connection was asked that was then found to be dead, by `performance.now()`: what has said nothing since is not
   * waited for. One at a time, and pool after pool, to find them all would take minutes after a failover that resets none.
   */
  get deadAt(): number {
    return this.#deadAt;
  }

  foundDead(askedAt: number): void {
    this.#deadAt = Math.max(this.#deadAt, askedAt);
  }
}
