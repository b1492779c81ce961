import { sql } from "drizzle-orm";
import type { z } from "zod";
import { type LimitReplay, REPLAY_LIMIT_DAYS, type replayLimitsSchema } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { withDatabase } from "@/server/db/scope";
import { countRefused, keyPolicies } from "@/server/rate-limit";
import type { ServiceContext } from "../context";

const DAY_MS = 86_400_000;
/** So many of the latest calls are tried at most. */
const MOST_CALLS = 200_000;

/**
 * What other limits would have done to the key's calls of the last 7 days. The log's calls go one by one through the
 * arithmetic of the limiter. Those it refused then are tried too; those refused before it, it never saw.
 *
 * A caller who is refused would have called differently afterwards, so this tells what the same calls would have met.
 * @param options.mostCalls the bound, for tests
 */
export async function replayLimits(
  ctx: ServiceContext,
  input: z.output<typeof replayLimitsSchema>,
  { mostCalls = MOST_CALLS }: { mostCalls?: number } = {},
): Promise<LimitReplay> {
  authorize(ctx, "keys:read");
  const since = new Date(ctx.clock.now().getTime() - REPLAY_LIMIT_DAYS * DAY_MS).toISOString();
  const past = sql`
    from requests
    where key_id = ${input.id} and at >= ${since}::timestamptz
      and (refused_by is null or refused_by in ('limit', 'permission'))
    order by at desc, entry desc`;
  // As one text: a row for each call would take the driver five times as long as all the rest.
  const [row] = await withDatabase(ctx, (db) =>
    db.execute<Row>(sql`
      select string_agg((extract(epoch from at) * 1000)::bigint::text, ' ') as times,
        (count(*) filter (where refused_by = 'limit'))::int as "refusedThen",
        exists (select ${past} offset ${mostCalls} limit 1) as capped
      from (select at, refused_by ${past} limit ${mostCalls}) as latest`),
  );
  const times = Float64Array.from(row?.times?.split(" ") ?? [], Number).sort();
  const [first] = times;
  return {
    calls: times.length,
    refused: countRefused(times, keyPolicies(input.rateLimits)),
    refusedThen: row?.refusedThen ?? 0,
    capped: row?.capped ?? false,
    since: first === undefined ? null : new Date(first).toISOString(),
  };
}

interface Row extends Record<string, unknown> {
  /** Epoch milliseconds; null without calls. */
  times: string | null;
  refusedThen: number;
  capped: boolean;
}
