/** Between two looks, in milliseconds. */
const EVERY_MS = 50;

/**
 * When this machine stood still: others may work on it too, and what waits for a processor is no fault of the product. Seen
 * by a timer that comes late, here as it would in the processes that are tried.
 */
export class Stalls {
  readonly #stalls: { from: number; to: number }[] = [];
  #last = Date.now();
  readonly #timer = setInterval(() => {
    const now = Date.now();
    if (now - this.#last > 3 * EVERY_MS) this.#stalls.push({ from: this.#last, to: now });
    this.#last = now;
  }, EVERY_MS);

  stop(): void {
    clearInterval(this.#timer);
  }

  /** For so many milliseconds it stood still between two instants. */
  between(from: number, to: number): number {
    return this.#stalls
      .map((stall) => Math.min(stall.to, to) - Math.max(stall.from, from))
      .filter((overlap) => overlap > 0)
      .reduce((total, overlap) => total + overlap, 0);
  }
}
