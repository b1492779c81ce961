/** How long a connection may be held up, in milliseconds. Postgres ends what takes longer. */
export interface TimeLimits {
  /** For one statement: whoever asks for something expensive must not hold a place of the pool for minutes. */
  statement: number;
  /** For a lock: behind a table that somebody locked, every call would wait without end. */
  lock: number;
  /** For a transaction that does nothing: its process was stopped or has lost its way, and its locks hold others up. */
  idle: number;
}

/** For a call to the public API, which is to have its answer within five seconds, whatever happens. */
export const GATEWAY_LIMITS: TimeLimits = { statement: 4_000, lock: 2_000, idle: 30_000 };

/** For people, whose figures over a month of calls may take longer, and for what Keyward does for itself. */
export const CONSOLE_LIMITS: TimeLimits = { statement: 15_000, lock: 5_000, idle: 30_000 };

/** As Postgres' settings, for the start of a connection or of a transaction. */
export function timeLimitSettings({ statement, lock, idle }: TimeLimits): Record<string, string> {
  return {
    statement_timeout: String(statement),
    lock_timeout: String(lock),
    idle_in_transaction_session_timeout: String(idle),
  };
}
