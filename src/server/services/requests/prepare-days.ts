import { authorize } from "@/server/core/authorize";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { withStatement } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Makes the log's partitions of today and the days after it, so that no call has to wait for one at midnight. */
export async function prepareRequestDays(ctx: ServiceContext): Promise<void> {
  authorize(ctx, "settings:manage");
  await withStatement(ctx.databases.owner, (sql) => ensureRequestDays(sql, [ctx.clock.now()]));
}
