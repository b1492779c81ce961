import { AppError } from "@/server/core/errors";

/** For how long a call waits for one of its key's to end. Milliseconds. */
const WAIT_MS = 3_000;

/** Calls of one key that wait. More would only keep connections open, and memory with them. */
const MAX_WAITING = 500;

/**
 * Lanes that are kept while nobody is in them, some hundred bytes each. To take one away with each call and make it anew with the
 * next costs more than the count: a Map that is changed all the time is made anew every few dozen changes, and V8 keeps those
 * that were.
 */
const MAX_LANES = 10_000;

interface Lane {
  running: number;
  /** In the order in which they came. */
  waiting: { start: () => void; timer: NodeJS.Timeout }[];
}

/**
 * How many calls of each key this process works on at once. Rate limits bound how often a key calls, not how long its
 * calls take: a handful of keys with slow ones would hold every connection to the database, and all others would wait.
 * A burst of quick calls only waits its turn, first come, first served.
 */
export class CallsInFlight {
  readonly #lanes = new Map<string, Lane>();

  /** @param most calls of one key at once */
  constructor(private readonly most: number) {}

  /** Calls that have a place, of all keys. */
  get running(): number {
    return this.#sum(({ running }) => running);
  }

  /** Calls that wait for one, of all keys. */
  get waiting(): number {
    return this.#sum(({ waiting }) => waiting.length);
  }

  /**
   * Takes a place for a call of the key; `leave` gives it back.
   * @param waitMs which the call has left to wait
   * @returns null where there was one, which is nearly always; otherwise what to wait for. It rejects with AppError
   * rate_limited when none became free in time, or too many wait already.
   */
  enter(key: string, waitMs = WAIT_MS): Promise<void> | null {
    const lane = this.#lanes.get(key);
    if (!lane) {
      this.#lanes.set(key, { running: 1, waiting: [] });
      return null;
    }
    if (lane.running >= this.most) return this.#wait(lane, Math.min(waitMs, WAIT_MS));
    lane.running++;
    return null;
  }

  /** Gives a place back, to the call that waits longest. */
  leave(key: string): void {
    const lane = this.#lanes.get(key);
    if (!lane) return;
    const next = lane.waiting.shift();
    if (next) {
      clearTimeout(next.timer);
      next.start();
    } else if (--lane.running === 0 && this.#lanes.size > MAX_LANES) this.#lanes.delete(key);
  }

  #sum(of: (lane: Lane) => number): number {
    return [...this.#lanes.values()].reduce((total, lane) => total + of(lane), 0);
  }

  #wait(lane: Lane, waitMs: number): Promise<void> {
    if (lane.waiting.length >= MAX_WAITING || waitMs <= 0) return Promise.reject(this.#tooMany());
    return new Promise((start, reject) => {
      const timer = setTimeout(() => {
        lane.waiting = lane.waiting.filter((one) => one !== waiting);
        reject(this.#tooMany());
      }, waitMs);
      const waiting = { start, timer };
      lane.waiting.push(waiting);
    });
  }

  #tooMany(): AppError {
    return new AppError(
      "rate_limited",
      `This API key has ${this.most} calls under way already. Make fewer at once, or try again in 1 s.`,
      { retryAfter: 1 },
    );
  }
}
