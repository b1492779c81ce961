import { and, asc, desc, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { authorize } from "@/server/core/authorize";
import { apiKeys } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import { keyColumns, keyViewsOf } from "./view";

const DAY_MS = 86_400_000;
/** Active keys that end within so many days are expiring; those unused for as many since they were made, never used. */
const ATTENTION_DAYS = 14;
/** Counting stops here: a figure on the first page must not read a large table. */
const COUNT_CAP = 1_000;

/** A list for the first page: of one environment or of all, and no longer than `limit`. */
interface Glance {
  environment: Environment | null;
  limit: number;
}

const expires = sql`coalesce(expires_at, 'infinity')`;

/** Keys that work now, written so that the partial indexes serve it. */
function active(environment: Environment | null, now: Date): SQL | undefined {
  return and(
    isNull(apiKeys.deletedAt),
    isNull(apiKeys.revokedAt),
    sql`${expires} > ${now.toISOString()}::timestamptz`,
    environment ? sql`environment = ${environment}` : undefined,
  );
}

/** How many keys of an environment are active, counted up to 1,000. */
export async function countActiveKeys(
  ctx: ServiceContext,
  input: { environment: Environment },
): Promise<{ active: number; capped: boolean }> {
  authorize(ctx, "keys:read");
  return withDatabase(ctx, async (db) => {
    const counted = db
      .select({ one: sql`1` })
      .from(apiKeys)
      .where(active(input.environment, ctx.clock.now()))
      .limit(COUNT_CAP + 1)
      .as("counted");
    const [row] = await db.select({ active: sql<number>`count(*)::int` }).from(counted);
    const count = row?.active ?? 0;
    return { active: Math.min(count, COUNT_CAP), capped: count > COUNT_CAP };
  });
}

/** Active keys that expire within 14 days, the next one first. */
export async function listExpiringKeys(ctx: ServiceContext, input: Glance): Promise<KeyView[]> {
  authorize(ctx, "keys:read");
  const now = ctx.clock.now();
  const soon = new Date(now.getTime() + ATTENTION_DAYS * DAY_MS).toISOString();
  return withDatabase(ctx, async (db) => {
    const rows = await db
      .select(keyColumns)
      .from(apiKeys)
      .where(and(active(input.environment, now), sql`${expires} <= ${soon}::timestamptz`))
      .orderBy(sql`${expires} asc`, asc(apiKeys.id))
      .limit(input.limit);
    return keyViewsOf(db, rows, now);
  });
}

/** Active keys older than 14 days that were never used, the newest first. */
export async function listNeverUsedKeys(ctx: ServiceContext, input: Glance): Promise<KeyView[]> {
  authorize(ctx, "keys:read");
  const now = ctx.clock.now();
  const longAgo = new Date(now.getTime() - ATTENTION_DAYS * DAY_MS);
  const unused = sql`coalesce(last_used_at, '-infinity') = '-infinity'`;
  return withDatabase(ctx, async (db) => {
    const rows = await db
      .select(keyColumns)
      .from(apiKeys)
      .where(and(active(input.environment, now), unused, lt(apiKeys.createdAt, longAgo)))
      .orderBy(desc(apiKeys.id))
      .limit(input.limit);
    return keyViewsOf(db, rows, now);
  });
}
