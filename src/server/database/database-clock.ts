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
   * @returns the instant by which what came with the answer is to be judged
   */
  readAt(databaseMs: number, askedAt: number): Date;
}

/** A node whose clock is off by more is told of. Milliseconds; NTP keeps clocks within a few. */
export const SKEW_WARNED_MS = 2_000;

/** And one within this is well again. Less, so that a clock at the bound does not fill the log. Milliseconds. */
const SKEW_OVER_MS = 1_000;

/** The node's own clock, corrected by what Postgres' answers prove it to be off. */
export class MeasuredClock implements DatabaseClock {
  #offsetMs = 0;
  #warned = false;

  /** @param onSkew told once when the node's clock is found to be off, and once, with null, when it is right again */
  constructor(
    private readonly onSkew: (skewMs: number | null) => void = () => undefined,
    private readonly ownMs: () => number = Date.now,
  ) {}

  now(): Date {
    return new Date(this.ownMs() + this.#offsetMs);
  }

  get skewMs(): number {
    return 0 - Math.round(this.#offsetMs);
  }

  readAt(databaseMs: number, askedAt: number): Date {
    const tookMs = performance.now() - askedAt;
    // Postgres' clock was read between question and answer, so it is ahead of ours by an amount between these two. Within
    // them there is no telling, and the offset stays as it is; a slow answer cannot make it worse. The own clock shows
    // whole milliseconds.
    const most = databaseMs - (this.ownMs() - tookMs);
    const least = most - tookMs - 1;
    this.#offsetMs = Math.min(Math.max(this.#offsetMs, least), most);
    this.#tell();
    return new Date(databaseMs);
  }

  #tell(): void {
    const off = Math.abs(this.#offsetMs);
    if (this.#warned ? off > SKEW_OVER_MS : off <= SKEW_WARNED_MS) return;
    this.#warned = !this.#warned;
    this.onSkew(this.#warned ? this.skewMs : null);
  }
}

const DATABASE_MS = "(extract(epoch from clock_timestamp()) * 1000)::float8";

/** For a select: what Postgres' clock shows, epoch milliseconds. Of the moment, not of the start of a transaction. */
export const databaseMs = (sql: postgres.ISql) => sql.unsafe(DATABASE_MS);
/** The same for a query of drizzle's. */
export const databaseMsColumn = () => sql.raw(DATABASE_MS).mapWith(Number);
