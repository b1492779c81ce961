import { type DropOldDaysInput, dropOldDaysSchema } from "@/contracts/schemas/settings";
import type { DroppedDays, RetentionKind } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { dropOldPartitions, type PartitionedTable } from "@/server/database/day-partitions";
import type { ServiceContext } from "../context";

const TABLES: Record<RetentionKind, PartitionedTable> = {
  telemetryDays: "telemetry_events",
  logDays: "requests",
};

/**
 * Drops the events, or the log, of all days before those to be kept. The figures of those days stay, and with them every
 * chart.
 * @returns the days with what was in them
 * @throws PostgresError lock_not_available (55P03) when readers are in the way; what was dropped before stays dropped
 */
export async function dropOldDays(ctx: ServiceContext, input: DropOldDaysInput): Promise<DroppedDays> {
  authorize(ctx, "settings:manage");
  const { kind, keepDays, dryRun } = parse(dropOldDaysSchema, input);
  return dropOldPartitions(ctx, TABLES[kind], { keepDays, dryRun, now: ctx.clock.now() });
}
