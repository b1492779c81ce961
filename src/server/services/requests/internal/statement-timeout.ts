import type postgres from "postgres";
import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { isCanceled } from "@/server/database/errors";
import { withDriverTransaction, withTransaction } from "@/server/database/session";
import { CONSOLE_LIMITS } from "@/server/database/time-limits";
import type { ServiceContext } from "../../context";

const LIMITS = { ...CONSOLE_LIMITS, statement: 10_000 };

/**
 * Runs a read of the log for ten seconds at most. Time, key, customer, request id and failures have indexes; a rare text
 * or address in a month of calls has none, and looking for it must not hold the database, nor the reader, for minutes.
 * @throws AppError validation_failed at `period` where it takes longer
 */
export function withStatementTimeout<Result>(
  ctx: ServiceContext,
  read: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return orTooMuch(withTransaction({ ...ctx, limits: LIMITS }, ({ tx }) => read(tx)));
}

/**
 * The same straight on the driver, which hands over row by row: of a file of a million, rows that are held until the last of a
 * part has come are most of the memory.
 * @throws AppError validation_failed at `period` where it takes longer
 */
export function withRowsOf<Result>(
  { databases }: ServiceContext,
  read: (sql: postgres.TransactionSql) => Promise<Result>,
): Promise<Result> {
  return orTooMuch(
    withDriverTransaction(databases.owner, async (sql) => {
      await sql`select set_config('statement_timeout', ${String(LIMITS.statement)}, true)`;
      return read(sql);
    }),
  );
}

async function orTooMuch<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isCanceled(error)) throw error;
    const advice = "There is too much to look through. Choose a shorter time, or a key as well.";
    throw invalidField("period", advice, "too_much");
  }
}
