import { AppError, isAppError } from "@/server/core/errors";

/** What Node and the driver say when the database cannot be reached now, as opposed to a fault of ours. */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
]);

/**
 * What Postgres says when it cannot do now what it could do before (SQLSTATE, by class or in full). A call that meets one
 * of these is answered 503 and may be repeated: nothing of it has been done, unless the connection went while the
 * transaction was being committed, which nobody can tell. With an Idempotency-Key a repeat is safe in that case too.
 */
const OUTAGES = [
  "08", // connection exception
  "25006", // read-only: a standby, or a primary that was told to write nothing
  "40", // transaction rollback: a deadlock, or a serialization failure
  "53", // insufficient resources: connections, memory, disk
  "55P03", // a lock was not had within lock_timeout
  "57", // operator intervention: shut down, starting up, a statement past statement_timeout
];

/** Whether the server was not to be reached at all, as opposed to one that answers with an error. */
export function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.has(errorCode(error) ?? "");
}

function isOutage(code: string): boolean {
  return UNREACHABLE.has(code) || OUTAGES.some((start) => code.startsWith(start));
}

/** The SQLSTATE, or the driver's own code. Fit for a log, unlike the text, which may quote rows. */
export function errorCode(error: unknown): string | undefined {
  // drizzle wraps the driver's error, and so does `unavailable`; the code is on the cause.
  for (let current = error; current instanceof Error; current = current.cause) {
    if (isAppError(current)) continue;
    if ("code" in current && typeof current.code === "string") return current.code;
  }
  return undefined;
}

/** SQLSTATE classes with which Postgres turns a login or the name of a database down. */
const TURNED_DOWN = /^(28|3D)/;

/**
 * Why a database could not be opened, in the server's or the system's own words, one line.
 * @returns null for anything that is not between us and the server: that is a fault, and needs its stack
 */
export function connectionProblem(error: unknown): string | null {
  const code = errorCode(error);
  if (code === undefined || !(isOutage(code) || TURNED_DOWN.test(code))) return null;
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  // A name with several addresses that all refuse gives an error without a text.
  return (root instanceof Error && root.message.replace(/\s+/g, " ")) || code;
}

/** Of those, the ones with which an open connection ends. Its end follows, or has come already. */
const LOST = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "CONNECTION_CLOSED", "57P01", "57P02", "57P03"]);

/**
 * Whether the error says that the connection it came from is gone, and with it whatever transaction was open on it. An
 * AppError tells of another connection: what runs in a transaction gets the driver's own errors.
 */
export function isConnectionLost(error: unknown): boolean {
  return !isAppError(error) && LOST.has(errorCode(error) ?? "");
}

const RETRY_AFTER_SECONDS = 5;

/** Whether Postgres ended the statement early: its time was up (SQLSTATE 57014, query_canceled). */
export function isCanceled(error: unknown): boolean {
  return errorCode(error) === "57014";
}

/** The name of the unique constraint or index that the error says was violated, if that is what it says. */
export function violatedUnique(error: unknown): string | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && current.code === "23505" && "constraint_name" in current) {
      return String(current.constraint_name);
    }
  }
  return null;
}

/** Whether a row found no partition: a check violation that names no constraint. */
export function lacksPartition(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && current.code === "23514") return !("constraint_name" in current);
  }
  return false;
}

/** Whether a lock was not had within `lock_timeout` (lock_not_available). */
export function isLockTimeout(error: unknown): boolean {
  return errorCode(error) === "55P03";
}

/** Whether the data themselves are what Postgres refuses (class 22, data exception): trying again will not help. */
export function isDataError(error: unknown): boolean {
  return errorCode(error)?.startsWith("22") ?? false;
}

/** 503 of a call that the database has no answer for now. */
export function unavailable(cause: unknown): AppError {
  return new AppError(
    "unavailable",
    "The database cannot answer at the moment.",
    { retryAfter: RETRY_AFTER_SECONDS },
    cause,
  );
}

/** Runs a query; an outage of the database becomes AppError `unavailable`, everything else passes. */
export async function translateOutage<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const code = errorCode(error);
    throw code && isOutage(code) ? unavailable(error) : error;
  }
}
