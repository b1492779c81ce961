import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Changes that stay noted. A process that knows none of them reads its keys anew, which costs little. */
const KEPT = 10_000;
const BATCH = 10_000;

/**
 * Removes notes of changes of keys (database/schema/key-changes.ts) that are old.
 * @returns how many were removed; at most one batch, so that no transaction grows large
 */
export async function purgeKeyChanges(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  return withTransaction(ctx, async ({ tx }) => {
    const removed = await tx.execute(sql`
      with old as (
        select number, key_id from key_changes
        where number <= (select number - ${KEPT} from key_change_counter)
        order by number limit ${BATCH}
      ), removed as (
        delete from key_changes using old
        where key_changes.number = old.number and key_changes.key_id = old.key_id returning key_changes.number
      )
      select number from removed`);
    if (removed.length === 0) return 0;
    const purgedTo = Math.max(...removed.map(({ number }) => Number(number)));
    // Last: until the commit, every change of a key waits for this row.
    await tx.execute(sql`
      update key_change_counter set purged_to = greatest(purged_to, ${purgedTo}::bigint)`);
    return removed.length;
  });
}
