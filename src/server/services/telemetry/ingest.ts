import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import type { NamedEnvironment } from "@/contracts/environments";
import type { FieldError } from "@/contracts/problems";
import { oneEnvironmentSchema } from "@/contracts/schemas/environments";
import type { SentEvent, SentTelemetry, TelemetryReceipt } from "@/contracts/schemas/telemetry";
import { authorize } from "@/server/core/authorize";
import { validationFailed } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { lacksPartition } from "@/server/database/errors";
import { withDatabase, withSavepoint, withTransaction } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { storeStatement } from "./internal/store-statement";

const MAX_AGE_YEARS = 10;
/** Partitions made at once where one is missing, that day's included: a process that never restarts does this rarely. */
const DAYS_AHEAD = 3;

/**
 * Stores a batch of events, all or none, in one statement that also checks and counts them. What is odd about an event
 * is a flag, never a refusal: an app in the field cannot do anything about it.
 * @throws AppError validation_failed at `events.{index}.at` for a time over a day ahead or over ten years back
 */
export async function ingestTelemetry(
  ctx: ServiceContext,
  { events, environment: named }: SentTelemetry & NamedEnvironment,
): Promise<TelemetryReceipt> {
  authorize(ctx, "telemetry:write");
  const { environment } = parse(oneEnvironmentSchema, inEnvironment(ctx, { environment: named }));
  const now = ctx.clock.now();
  refuseImplausibleTimes(events, now);
  const statement = storeStatement(events, environment, now);
  const store = () =>
    withRollback(ctx, async (ctx) => {
      const [receipt] = await ctx.tx.execute<{ accepted: number; flagged: number }>(statement);
      if (!receipt) throw new Error("SELECT returned no row");
      return { accepted: receipt.accepted, flagged: receipt.flagged };
    });
  try {
    return await store();
  } catch (error) {
    if (!lacksPartition(error)) throw error;
    // The first batch of a day nobody prepared, such as after midnight: it is not lost, it makes the day.
    await withDatabase(ctx, (db) =>
      db.execute(
        sql`select ensure_telemetry_partitions(${now.toISOString().slice(0, 10)}::date, ${DAYS_AHEAD})`,
      ),
    );
    return store();
  }
}

/** Within an open transaction a failed statement must not take the rest along, so that it can be tried again. */
function withRollback<Result>(
  ctx: ServiceContext,
  run: Parameters<typeof withTransaction<ServiceContext, Result>>[1],
): Promise<Result> {
  return withTransaction(ctx, (inner) => (ctx.tx ? withSavepoint(inner, run) : run(inner)));
}

function refuseImplausibleTimes(events: readonly SentEvent[], now: Date): void {
  const latest = now.getTime() + DAY_MS;
  const earliest = new Date(now).setUTCFullYear(now.getUTCFullYear() - MAX_AGE_YEARS);
  const errors = events.flatMap(({ at }, index): FieldError[] => {
    if (at === undefined) return [];
    const path = `events.${index}.at`;
    const time = Date.parse(at);
    if (time > latest) return [{ path, message: "Must not be more than a day ahead", code: "future" }];
    if (time >= earliest) return [];
    return [{ path, message: `Must not be more than ${MAX_AGE_YEARS} years ago`, code: "ancient" }];
  });
  if (errors.length > 0) throw validationFailed(errors);
}
