import { type SQL, sql } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { Id } from "@/contracts/ids";
import { keyIdSchema } from "@/contracts/schemas/keys";
import type { KeySecrets, SecretUse } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { LATEST_OF_KEY, ofKey } from "@/server/database/request-columns";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { requireReachableKey } from "../reach";

/** Of the latest calls of each secret, so many are looked at. */
const MOST_CALLS = 2_000;
/** Callers that are named. */
const SHOWN = 5;

interface Facts extends Record<string, unknown> {
  maskedKey: string;
  previousMaskedKey: string | null;
  /** Epoch milliseconds, as the next: what a date looks like as text depends on the database's settings. */
  untilMs: number | null;
  sinceMs: number;
}

/**
 * Who still calls with which secret of a key: during an overlap the one thing that tells whether it can end. Refused
 * calls count too, since somebody makes them. Of each secret the latest 2,000 calls are looked at.
 * @param options.mostCalls the bound, for tests
 * @throws AppError not_found, also for a deleted key
 */
export async function getKeySecrets(
  ctx: ServiceContext,
  input: { id: Id<"key"> },
  { mostCalls = MOST_CALLS }: { mostCalls?: number } = {},
): Promise<KeySecrets> {
  authorize(ctx, "keys:read");
  const { id } = parse(keyIdSchema, input);
  await requireReachableKey(ctx, id);
  const now = ctx.clock.now();
  return withDatabase(ctx, async (db) => {
    const [facts] = await db.execute<Facts>(sql`
      select masked_key as "maskedKey", previous_masked_key as "previousMaskedKey",
        (extract(epoch from overlap_until) * 1000)::float8 as "untilMs",
        (extract(epoch from coalesce(
          (select max(replaced_at) from api_key_replaced_secrets where key_id = api_keys.id), created_at
        )) * 1000)::float8 as "sinceMs"
      from api_keys where id = ${id} and deleted_at is null`);
    if (!facts) throw notFound();
    const since = new Date(facts.sinceMs);
    const until = facts.untilMs === null ? null : new Date(facts.untilMs);
    const calls = (wanted: SQL) => callsOf(db, wanted, mostCalls);
    return {
      since: since.toISOString(),
      current: {
        maskedKey: facts.maskedKey,
        ...(await calls(
          sql`${ofKey(id, { from: since, to: null })} and used_secret is null order by ${LATEST_OF_KEY}`,
        )),
      },
      previous:
        until && !hasCome(until, now)
          ? {
              maskedKey: facts.previousMaskedKey,
              overlapUntil: until.toISOString(),
              // As in the index that has such calls alone: one of them among millions has to be found at once.
              ...(await calls(
                sql`key_id = ${id} and at >= ${since.toISOString()}::timestamptz and used_secret is not null order by at desc`,
              )),
            }
          : null,
    };
  });
}

interface Line extends Record<string, unknown> {
  address: string | null;
  agent: string | null;
  route: string | null;
  calls: number;
  lastAt: string;
  total: number;
}

/** @param wanted which calls, the latest first */
async function callsOf(db: Executor, wanted: SQL, mostCalls: number): Promise<SecretUse> {
  const rows = await db.execute<Line>(sql`
    with latest as (
      select at, address, agent, route from requests where ${wanted} limit ${mostCalls}
    )
    select address, agent, route, count(*)::int as calls,
      to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastAt", sum(count(*)) over ()::int as total
    from latest group by 1, 2, 3 order by max(at) desc, 1, 2, 3 limit ${SHOWN}`);
  const total = rows[0]?.total ?? 0;
  return {
    calls: total,
    capped: total >= mostCalls,
    lastAt: rows[0]?.lastAt ?? null,
    callers: rows.map(({ address, agent, route, calls, lastAt }) => ({
      address,
      agent,
      route,
      calls,
      lastAt,
    })),
  };
}
