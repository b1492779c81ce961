import { sql } from "drizzle-orm";
import type { z } from "zod";
import { HOUR_MS } from "@/contracts/durations";
import { replayLimitsSchema } from "@/contracts/schemas/usage";
import { type LimitReplay, REPLAY_LIMIT_DAYS } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { firstDayOf } from "@/server/database/day-partitions";
import { LATEST_OF_KEY, ofKey } from "@/server/database/request-columns";
import { withDatabase } from "@/server/database/session";
import { countRefused, keyPolicies } from "@/server/rate-limit";
import type { ServiceContext } from "../context";
import { requireReachableKey } from "../reach";

const DAY_HOURS = 24;
/** So many of the latest calls are tried at most. */
const MOST_CALLS = 200_000;

/**
 * What other limits would have done to the key's calls of the last 7 days, or of as much of them as the log still has: the
 * settings may keep it for less. The log's calls go one by one through the
 * arithmetic of the limiter. Those it refused then are tried too; those refused before it, it never saw.
 *
 * A caller who is refused would have called differently afterwards, so this tells what the same calls would have met.
 * @param options.mostCalls the bound, for tests
 */
export async function replayLimits(
  ctx: ServiceContext,
  input: z.input<typeof replayLimitsSchema>,
  { mostCalls = MOST_CALLS }: { mostCalls?: number } = {},
): Promise<LimitReplay> {
  authorize(ctx, "keys:read");
  const { id, rateLimits } = parse(replayLimitsSchema, input);
  await requireReachableKey(ctx, id);
  const now = ctx.clock.now();
  const { row, ...reach } = await withDatabase(ctx, async (db) => {
    const reach = reachOf(await firstDayOf(db, "requests"), now);
    const since = new Date(now.getTime() - reach.hours * HOUR_MS);
    const past = sql`
      from requests
      where ${ofKey(id, { from: since, to: null })}
        and (refused_by is null or refused_by in ('limit', 'permission'))
      order by ${LATEST_OF_KEY}`;
    // As one text: a row for each call would take the driver five times as long as all the rest.
    const [row] = await db.execute<Row>(sql`
      select string_agg((extract(epoch from at) * 1000)::bigint::text, ' ') as times,
        (count(*) filter (where refused_by = 'limit'))::int as "refusedThen",
        exists (select ${past} offset ${mostCalls} limit 1) as capped
      from (select at, refused_by ${past} limit ${mostCalls}) as latest`);
    return { row, ...reach };
  });
  const times = Float64Array.from(row?.times?.split(" ") ?? [], Number).sort();
  const [first] = times;
  return {
    ...reach,
    calls: times.length,
    refused: countRefused(times, keyPolicies(rateLimits)),
    refusedThen: row?.refusedThen ?? 0,
    capped: row?.capped ?? false,
    since: first === undefined ? null : new Date(first).toISOString(),
  };
}

/** How far back the log can be tried: 7 days, or what it has of them in the words of people, days or a few hours. */
function reachOf(firstDay: Date | null, now: Date): Pick<LimitReplay, "hours" | "cut"> {
  const wanted = REPLAY_LIMIT_DAYS * DAY_HOURS;
  const kept = firstDay ? Math.max(1, Math.ceil((now.getTime() - firstDay.getTime()) / HOUR_MS)) : 1;
  if (kept >= wanted) return { hours: wanted, cut: false };
  return { hours: kept < 2 * DAY_HOURS ? kept : kept - (kept % DAY_HOURS), cut: true };
}

interface Row extends Record<string, unknown> {
  /** Epoch milliseconds; null without calls. */
  times: string | null;
  refusedThen: number;
  capped: boolean;
}
