import { sql } from "drizzle-orm";
import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/db/connections";
import { isCancelled } from "@/server/db/errors";
import { withTransaction } from "@/server/db/scope";
import type { ServiceContext } from "../context";

const PATIENCE_SECONDS = 10;

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
    return await withTransaction(ctx, async ({ tx }) => {
      await tx.execute(sql`set local statement_timeout = ${sql.raw(String(PATIENCE_SECONDS * 1_000))}`);
      return read(tx);
    });
  } catch (error) {
    if (!isCancelled(error)) throw error;
    const advice = "There is too much to look through. Choose a shorter time, or a key as well.";
    throw invalidField("period", advice, "too_much");
  }
}
