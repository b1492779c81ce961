import { and, asc, desc, isNull, lt, sql } from "drizzle-orm";
import type { AuditEventView } from "@/contracts/audit";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";
import { authorize } from "@/server/core/authorize";
import { apiKeys } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import { listAuditEvents } from "../audit";
import type { ServiceContext } from "../context";
import { keyColumns, keyViewsOf } from "../keys/view";

const DAY_MS = 86_400_000;
const SHOWN = 5;
/** Counting stops here: a figure on the first page must not read a large table. */
const COUNT_CAP = 1_000;

/** What the first page shows, of one environment or of all. */
export interface Overview {
  keys: { environment: Environment; active: number; capped: boolean }[];
  /** Active keys that expire within 14 days, the next one first. */
  expiringSoon: KeyView[];
  /** Active keys older than 14 days that were never used, the newest first. */
  neverUsed: KeyView[];
  changes: AuditEventView[];
}

/** Figures and lists of the first page. Every query stops after a fixed number of rows. */
export async function getOverview(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<Overview> {
  authorize(ctx, "keys:read");
  const now = ctx.clock.now();
  const soon = new Date(now.getTime() + 14 * DAY_MS);
  const longAgo = new Date(now.getTime() - 14 * DAY_MS);
  const expires = sql`coalesce(expires_at, 'infinity')`;
  const active = and(
    isNull(apiKeys.deletedAt),
    isNull(apiKeys.revokedAt),
    sql`${expires} > ${now.toISOString()}::timestamptz`,
    input.environment ? sql`environment = ${input.environment}` : undefined,
  );
  return withDatabase(ctx, async (db) => {
    const counts = await Promise.all(
      ENVIRONMENTS.filter((environment) => !input.environment || environment === input.environment).map(
        async (environment) => {
          const capped = db
            .select({ one: sql`1` })
            .from(apiKeys)
            .where(and(active, sql`environment = ${environment}`))
            .limit(COUNT_CAP + 1)
            .as("capped");
          const [row] = await db.select({ active: sql<number>`count(*)::int` }).from(capped);
          const count = row?.active ?? 0;
          return { environment, active: Math.min(count, COUNT_CAP), capped: count > COUNT_CAP };
        },
      ),
    );
    const expiring = await db
      .select(keyColumns)
      .from(apiKeys)
      .where(and(active, sql`${expires} <= ${soon.toISOString()}::timestamptz`))
      .orderBy(sql`${expires} asc`, asc(apiKeys.id))
      .limit(SHOWN);
    const unused = await db
      .select(keyColumns)
      .from(apiKeys)
      .where(
        and(active, sql`coalesce(last_used_at, '-infinity') = '-infinity'`, lt(apiKeys.createdAt, longAgo)),
      )
      .orderBy(desc(apiKeys.id))
      .limit(SHOWN);
    return {
      keys: counts,
      expiringSoon: await keyViewsOf(db, expiring, now),
      neverUsed: await keyViewsOf(db, unused, now),
      changes: await listAuditEvents(ctx, {}),
    };
  });
}
