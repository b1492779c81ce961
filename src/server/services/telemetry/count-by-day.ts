import { and, gte, lte, sql } from "drizzle-orm";
import type { z } from "zod";
import { telemetryByDaySchema } from "@/contracts/schemas/telemetry";
import { DEFAULT_CHART_DAYS, dayAfter, MAX_CHART_DAYS, type TelemetryDay } from "@/contracts/telemetry";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { telemetryDaily } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { withinReach } from "../reach";

/**
 * Events per UTC day, oldest first, days without any as zeros. Reads the figures kept at receipt: at most three rows a
 * day, however many events there are, also of days whose events were dropped since.
 */
export async function countTelemetryByDay(
  ctx: ServiceContext,
  input: z.input<typeof telemetryByDaySchema>,
): Promise<TelemetryDay[]> {
  authorize(ctx, "telemetry:read");
  const { environment, ...span } = parse(telemetryByDaySchema, inEnvironment(ctx, input));
  const days = daysOf(span, ctx.clock.now().toISOString().slice(0, 10));
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
          lte(telemetryDaily.day, days.at(-1) ?? ""),
          withinReach(ctx, telemetryDaily.environment, environment),
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

function daysOf(
  { from, to }: Pick<z.output<typeof telemetryByDaySchema>, "from" | "to">,
  today: string,
): [string, ...string[]] {
  const last = to ?? today;
  const first = from ?? dayAfter(last, 1 - DEFAULT_CHART_DAYS);
  const days: [string, ...string[]] = [first];
  // Days sort as text. The bound holds where the input names one end only.
  for (let day = dayAfter(first, 1); day <= last && days.length < MAX_CHART_DAYS; day = dayAfter(day, 1)) {
    days.push(day);
  }
  return days;
}
