import type { ClockView } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { databaseMs, SKEW_WARNED_MS } from "@/server/database/database-clock";
import { withStatement } from "@/server/database/session";
import type { ServiceContext } from "../context";

/**
 * Compares the clock of this process with Postgres', now: whoever has just set one of the two wants to see it.
 * @throws AppError permission_denied
 */
export async function describeClock(ctx: ServiceContext): Promise<ClockView> {
  authorize(ctx, "settings:manage");
  await measureClock(ctx);
  const { skewMs } = ctx.databases.clock;
  return { skewMs, isOff: Math.abs(skewMs) > SKEW_WARNED_MS };
}

/**
 * Measures Postgres' clock: at a start, and now and then where no call's look-up does it. Without an answer the last
 * measure stays; that Postgres is away is told to whoever needs it for more.
 * @returns whether it was measured
 */
export async function measureClock({ databases }: Pick<ServiceContext, "databases">): Promise<boolean> {
  const askedAt = performance.now();
  const rows = await withStatement(
    databases.lookUps,
    (sql) => sql<{ database_ms: number }[]>`select ${databaseMs(sql)} as database_ms`,
  ).catch(() => []);
  for (const row of rows) databases.clock.readAt(row.database_ms, askedAt);
  return rows.length > 0;
}
