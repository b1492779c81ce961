import type { DroppedDays } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { dropOldDays } from "@/server/database/day-partitions";
import type { ServiceContext } from "../context";

interface DropOldTelemetry {
  /** Whole UTC days to keep besides today, at least one. */
  keepDays: number;
  /** Only says what would go. */
  dryRun?: boolean;
}

/**
 * Drops the events of all days before those to be kept; a day's figures stay.
 * @returns the days with what was in them
 * @throws PostgresError lock_not_available (55P03) when readers are in the way; what was dropped before stays dropped
 */
export async function dropOldTelemetry(
  ctx: ServiceContext,
  { keepDays, dryRun = false }: DropOldTelemetry,
): Promise<DroppedDays> {
  authorize(ctx, "settings:manage");
  return dropOldDays(ctx, "telemetry_events", { keepDays, dryRun, now: ctx.clock.now() });
}
