import { type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import { keyUsageSchema, overallUsageSchema } from "@/contracts/schemas/usage";
import { USAGE_SPANS, type Usage, type UsageSpan } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { requireReachableKey, withinReach } from "../reach";
import { bucketStarts, type UsageRow, usageOf } from "./internal/buckets";

/** Calls of one key over time, by outcome. Reads the rows of that key alone. */
export async function getKeyUsage(
  ctx: ServiceContext,
  input: z.input<typeof keyUsageSchema>,
): Promise<Usage> {
  authorize(ctx, "keys:read");
  const { id, span } = parse(keyUsageSchema, input);
  await requireReachableKey(ctx, id);
  return readUsage(ctx, span, sql`usage_hourly`, sql`key_id = ${id}`);
}

/** Calls of the whole installation or of one environment over time, those without a known key among them. */
export async function getOverallUsage(
  ctx: ServiceContext,
  input: z.input<typeof overallUsageSchema>,
): Promise<Usage> {
  authorize(ctx, "keys:read");
  const { environment, span } = parse(overallUsageSchema, input);
  const which = withinReach(ctx, sql`environment`, environment) ?? sql`true`;
  return readUsage(ctx, span, sql`usage_totals`, which);
}

async function readUsage(ctx: ServiceContext, span: UsageSpan, table: SQL, which: SQL): Promise<Usage> {
  const starts = bucketStarts(span, ctx.clock.now());
  const bucket = sql.raw(`'${USAGE_SPANS[span].bucket}'`);
  const rows = await withDatabase(ctx, (db) =>
    db.execute<UsageRow & Record<string, unknown>>(sql`
      select to_char(date_trunc(${bucket}, hour, 'UTC') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
        status_class as "statusClass", sum(calls)::float8 as calls, sum(duration_ms)::float8 as "durationMs",
        coalesce(sum(calls) filter (where code = 'rate_limited'), 0)::float8 as limited
      from ${table} where ${which} and hour >= ${starts[0]}::timestamptz group by 1, 2`),
  );
  return usageOf(span, starts, rows);
}
