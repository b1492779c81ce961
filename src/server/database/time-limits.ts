import { MINUTE_MS } from "@/contracts/durations";

/** How long work on a pool may take, in milliseconds. */
export interface TimeLimits {
  /**
   * For the whole, a transaction or a statement, as far as whoever asked waits for it. The others are Postgres' own; this
   * one is ours, for a Postgres that does not answer at all. Longer than they are, so that its own answer comes first.
   */
  answer: number;
  /** For one statement: whoever asks for something expensive must not hold a place of the pool for minutes. */
  statement: number;
  /** For a lock: behind a table that somebody locked, every call would wait without end. */
  lock: number;
  /** For a transaction that does nothing: its process was stopped or has lost its way, and its locks hold others up. */
  idle: number;
}

/** For one piece of work of a call to the public API, which is to have its answer within five seconds. */
export const GATEWAY_LIMITS: TimeLimits = { answer: 4_500, statement: 4_000, lock: 2_000, idle: 30_000 };

/**
 * For the look-up of a key, with which each call begins: an index answers it in a millisecond. So a connection that was lost
 * without a word is found here first, and soon.
 */
export const LOOK_UP_LIMITS: TimeLimits = { ...GATEWAY_LIMITS, answer: 4_000, statement: 2_500, lock: 1_500 };

/** For people, whose figures over a month of calls may take longer. */
export const CONSOLE_LIMITS: TimeLimits = { answer: 20_000, statement: 15_000, lock: 5_000, idle: 30_000 };

/** For jobs, maintenance and the command line: nobody's call waits, and a batch of rows may be large. */
export const BACKGROUND_LIMITS: TimeLimits = {
  answer: 3 * MINUTE_MS,
  statement: MINUTE_MS,
  lock: 5_000,
  idle: MINUTE_MS,
};

/**
 * For a chunk of a job, which may work on the pool that calls use: a connection is known to be dead once it is silent for
 * longer than the most patient statement on its pool may take.
 */
export const CHUNK_LIMITS: TimeLimits = { ...BACKGROUND_LIMITS, statement: 15_000 };

/** As Postgres' settings, for the start of a connection or of a transaction. */
export function timeLimitSettings({
  statement,
  lock,
  idle,
}: Omit<TimeLimits, "answer">): Record<string, string> {
  return {
    statement_timeout: String(statement),
    lock_timeout: String(lock),
    idle_in_transaction_session_timeout: String(idle),
  };
}
