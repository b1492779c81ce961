import { uptime } from "node:os";
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import type { Clock } from "@/server/core/clock";

/**
 * Postgres' clock, the one that all processes of an installation share. Instants are stored and compared by it: on a node
 * that is ten minutes behind, a key that has expired would pass, and be counted in windows of its own.
 */
export interface DatabaseClock extends Clock {
  /** By how much the node's own clock is ahead of Postgres', in milliseconds; negative where it is behind. */
  readonly skewMs: number;
  /**
   * Takes the measure of Postgres' clock from an answer that carries it.
   * @param databaseMs what Postgres' clock showed, epoch milliseconds
   * @param askedAt when the question was sent, by `performance.now()`
   * @returns the instant by which what came with the answer is to be compared with
   */
  readAt(databaseMs: number, askedAt: number): Date;
}

/** A node whose clock is off by more is told of. Milliseconds; NTP keeps clocks within a few. */
export const SKEW_WARNED_MS = 2_000;

/** And one within this is well again. Less, so that a clock at the bound does not fill the log. Milliseconds. */
const SKEW_OVER_MS = 1_000;

/** Two clocks of a node that come apart by more show that one of them was moved. Milliseconds. */
const MOVED_MS = 1_000;

/**
 * Postgres' clock between two of its answers. It is carried on by the clock that only goes forward: the node's own may be
 * set at any time, and until Postgres is asked again each call would be logged, and counted, on another day.
 */
export class MeasuredClock implements DatabaseClock {
  /** From the clock that only goes forward to Postgres'. */
  #offsetMs: number;
  /** From it to the node's own, and to the time since the machine was started, when they were last compared. */
  #ownOffsetMs: number;
  #uptimeOffsetMs: number;
  #warned = false;

  /** @param onSkew told once when the node's clock is found to be off, and once, with null, when it is right again */
  constructor(
    private readonly onSkew: (skewMs: number | null) => void = () => undefined,
    private readonly ownMs: () => number = Date.now,
    private readonly uptimeMs: () => number = () => uptime() * 1_000,
  ) {
    const elapsed = performance.now();
    this.#ownOffsetMs = ownMs() - elapsed;
    this.#uptimeOffsetMs = uptimeMs() - elapsed;
    this.#offsetMs = this.#ownOffsetMs;
  }

  now(): Date {
    const elapsed = performance.now();
    if (Math.abs(this.ownMs() - elapsed - this.#ownOffsetMs) > MOVED_MS) this.#countSleep(elapsed);
    return new Date(elapsed + this.#offsetMs);
  }

  get skewMs(): number {
    const skewMs = this.ownMs() - this.now().getTime();
    // Both show whole milliseconds, and one may be read just before the next.
    return Math.abs(skewMs) <= 1 ? 0 : skewMs;
  }

  readAt(databaseMs: number, askedAt: number): Date {
    // Postgres' clock was read between question and answer. Within them there is no telling, and the offset stays as it is;
    // a slow answer cannot make it worse.
    const most = databaseMs - askedAt;
    const least = databaseMs - performance.now() - 1;
    this.#offsetMs = Math.min(Math.max(this.#offsetMs, least), most);
    this.#tell();
    return new Date(databaseMs);
  }

  /**
   * The node's own clock moved. Either it was set, which says nothing of Postgres'; or the machine slept, as a laptop does,
   * and the clock that only goes forward stood still meanwhile. The time since the machine's start tells which.
   */
  #countSleep(elapsed: number): void {
    const sleptMs = this.uptimeMs() - elapsed - this.#uptimeOffsetMs;
    this.#ownOffsetMs = this.ownMs() - elapsed;
    if (sleptMs <= MOVED_MS) return;
    this.#offsetMs += sleptMs;
    this.#uptimeOffsetMs += sleptMs;
  }

  #tell(): void {
    const { skewMs } = this;
    const off = Math.abs(skewMs);
    if (this.#warned ? off > SKEW_OVER_MS : off <= SKEW_WARNED_MS) return;
    this.#warned = !this.#warned;
    this.onSkew(this.#warned ? skewMs : null);
  }
}

/** What Postgres' clock shows, epoch milliseconds, in SQL. Of the moment, not of the start of a transaction. */
export const DATABASE_MS = "(extract(epoch from clock_timestamp()) * 1000)::float8";

/** The same for a statement of the driver's. */
export const databaseMs = (sql: postgres.ISql) => sql.unsafe(DATABASE_MS);
/** The same for a query of drizzle's. */
export const databaseMsColumn = () => sql.raw(DATABASE_MS).mapWith(Number);
