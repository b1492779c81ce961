import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { dropOldUsageSchema } from "@/contracts/schemas/settings";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

const BATCH = 5_000;

/**
 * Removes the figures by the hour of all days before those to be kept, and networks that no call came from since. The
 * figures of the whole installation stay (usage_totals: some rows an hour, no trigger takes anything from them), and so
 * does the last use of keys and permissions, which have rows of their own.
 * @param input.keepDays whole UTC days to keep besides today. The chart above the log is made of these figures, so as
 * long as the log, where that is kept longer than usual
 * @returns how many rows were removed; at most one batch of each kind, so that no transaction grows large
 */
export async function dropOldUsage(ctx: ServiceContext, input: { keepDays: number }): Promise<number> {
  authorize(ctx, "settings:manage");
  const { keepDays } = parse(dropOldUsageSchema, input);
  const firstKept = new Date(ctx.clock.now().getTime() - keepDays * DAY_MS).toISOString().slice(0, 10);
  const before = `${firstKept}T00:00:00Z`;
  return withTransaction(ctx, async ({ tx }) => {
    const hours = await tx.execute(sql`
      delete from usage_hourly where ctid = any (array(
        select ctid from usage_hourly where hour < ${before}::timestamptz order by hour limit ${BATCH} for update skip locked))`);
    // Never the newest of a key: with none that is known, use from another network would be news to nobody.
    const networks = await tx.execute(sql`
      delete from key_networks where ctid = any (array(
        select ctid from key_networks old where last_seen_at < ${before}::timestamptz
          and exists (
            select from key_networks newer where newer.key_id = old.key_id
              and (newer.last_seen_at, newer.network) > (old.last_seen_at, old.network))
        limit ${BATCH} for update skip locked))`);
    return hours.count + networks.count;
  });
}
