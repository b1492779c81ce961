import { type DropOldDaysInput, type DroppedDays, dropOldDaysSchema } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { dropOldDays } from "@/server/database/day-partitions";
import type { ServiceContext } from "../context";

/**
 * Drops the events of all days before those to be kept; a day's figures stay.
 * @returns the days with what was in them
 * @throws PostgresError lock_not_available (55P03) when readers are in the way; what was dropped before stays dropped
 */
export async function dropOldTelemetry(ctx: ServiceContext, input: DropOldDaysInput): Promise<DroppedDays> {
  authorize(ctx, "settings:manage");
  const { keepDays, dryRun } = parse(dropOldDaysSchema, input);
  return dropOldDays(ctx, "telemetry_events", { keepDays, dryRun, now: ctx.clock.now() });
}
