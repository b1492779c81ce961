import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { KEPT_MS } from "./with-idempotency";

const BATCH = 1_000;

/**
 * Removes answers that are too old to be given again.
 * @returns how many were removed; at most one batch, so that no transaction grows large
 */
export async function expireIdempotencyRecords(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const before = new Date(ctx.clock.now().getTime() - KEPT_MS).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const removed = await tx.execute(sql`
      delete from idempotency_records where (key_id, idempotency_key) in (
        select key_id, idempotency_key from idempotency_records
        where created_at < ${before}::timestamptz limit ${BATCH} for update skip locked)`);
    return removed.count;
  });
}
