import { sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { withDatabase, withStatement } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { countLog } from "../usage";

/** Makes the log's partitions of today and the days after it, so that no call has to wait for one at midnight. */
export async function prepareRequestDays(ctx: ServiceContext): Promise<void> {
  authorize(ctx, "settings:manage");
  await withStatement(ctx.databases.owner, (sql) => ensureRequestDays(sql, [ctx.clock.now()]));
}

/**
 * Forgets the processes that have not written the log for a week: no batch of theirs can still be on its way. Where a
 * process lives for minutes (serverless hosting), each would leave a row behind.
 * @returns how many
 */
export async function purgeRequestLogWriters(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const removed = await withDatabase(ctx, (db) =>
    db.execute(sql`delete from request_log_writers where at < now() - interval '7 days'`),
  );
  return removed.count;
}

/**
 * Counts what a process left uncounted that is no more, where no other one writes the log and counts it along.
 * @returns 0: there is nothing to go on with
 */
export async function countWholeLog(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  await countLog(ctx.databases.owner, { leastAgeMs: MINUTE_MS });
  return 0;
}
