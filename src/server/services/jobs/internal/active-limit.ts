import { and, count, eq, isNull, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { MAX_ACTIVE_JOBS_PER_KEY } from "@/contracts/job-types";
import { AppError } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { jobRecords } from "@/server/database/schema";

/** Seconds until another try pays: jobs end after seconds to minutes, and nobody can know which of them. */
const RETRY_AFTER = 10;

/**
 * Holds a place among the jobs of a key that wait or run, for one that the transaction is about to queue.
 * @throws AppError too_many_jobs
 */
export async function takePlace(tx: Transaction, keyId: Id<"key">): Promise<void> {
  // Starts of one key that come in together look one after the other, or each would find the last place free.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`jobs of ${keyId}`}, 0))`);
  const [active] = await tx
    .select({ count: count() })
    .from(jobRecords)
    .where(and(eq(jobRecords.keyId, keyId), isNull(jobRecords.finishedAt)));
  if ((active?.count ?? 0) < MAX_ACTIVE_JOBS_PER_KEY) return;
  throw new AppError(
    "too_many_jobs",
    `${MAX_ACTIVE_JOBS_PER_KEY} jobs of this API key wait or run already. Start this one when one of them has ended.`,
    { retryAfter: RETRY_AFTER },
  );
}
