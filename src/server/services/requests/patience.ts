import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/db/connections";
import { isCancelled } from "@/server/db/errors";
import { withTransaction } from "@/server/db/scope";
import { CONSOLE_LIMITS } from "@/server/db/time-limits";
import type { ServiceContext } from "../context";

const PATIENCE = { ...CONSOLE_LIMITS, statement: 10_000 };

/**
 * Runs a read of the log for ten seconds at most. Time, key, customer, request id and failures have indexes; a rare text
 * or address in a month of calls has none, and looking for it must not hold the database, nor the reader, for minutes.
 * @throws AppError validation_failed at `period` where it takes longer
 */
export async function patiently<Result>(
  ctx: ServiceContext,
  read: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await withTransaction({ ...ctx, limits: PATIENCE }, ({ tx }) => read(tx));
  } catch (error) {
    if (!isCancelled(error)) throw error;
    const advice = "There is too much to look through. Choose a shorter time, or a key as well.";
    throw invalidField("period", advice, "too_much");
  }
}
