import { and, eq, gte, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { TelemetryDay } from "@/contracts/telemetry";
import { authorize } from "@/server/core/authorize";
import { telemetryDaily } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";

const DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Events of the last 30 UTC days, today included, oldest first, days without any as zeros. Reads the figures kept at
 * receipt: at most three rows a day, however many events there are, also of days whose events were dropped since.
 */
export async function countTelemetryByDay(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<TelemetryDay[]> {
  authorize(ctx, "telemetry:read");
  const today = ctx.clock.now().getTime();
  const days = Array.from({ length: DAYS }, (_, index) =>
    new Date(today - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({
        day: telemetryDaily.day,
        accepted: sql<number>`sum(accepted)::float8`,
        flagged: sql<number>`sum(flagged)::float8`,
      })
      .from(telemetryDaily)
      .where(
        and(
          gte(telemetryDaily.day, days[0] ?? ""),
          environment ? eq(telemetryDaily.environment, environment) : undefined,
        ),
      )
      .groupBy(telemetryDaily.day),
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return days.map((day) => {
    const { accepted = 0, flagged = 0 } = byDay.get(day) ?? {};
    return { day, flagged, unflagged: accepted - flagged };
  });
}
