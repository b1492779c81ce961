import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { isCanceled } from "@/server/database/errors";
import { withTransaction } from "@/server/database/session";
import { CONSOLE_LIMITS } from "@/server/database/time-limits";
import type { ServiceContext } from "../../context";

const LIMITS = { ...CONSOLE_LIMITS, statement: 10_000 };

/**
 * Runs a read of the log for ten seconds at most. Time, key, customer, request id and failures have indexes; a rare text
 * or address in a month of calls has none, and looking for it must not hold the database, nor the reader, for minutes.
 * @throws AppError validation_failed at `period` where it takes longer
 */
export async function withStatementTimeout<Result>(
  ctx: ServiceContext,
  read: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await withTransaction({ ...ctx, limits: LIMITS }, ({ tx }) => read(tx));
  } catch (error) {
    if (!isCanceled(error)) throw error;
    const advice = "There is too much to look through. Choose a shorter time, or a key as well.";
    throw invalidField("period", advice, "too_much");
  }
}
