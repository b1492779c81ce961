import { authorize } from "@/server/core/authorize";
import { withStatement } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import { ensureDays } from "./statement";

/** Makes the log's partitions of today and the days after it, so that no call has to wait for one at midnight. */
export async function prepareRequestDays(ctx: ServiceContext): Promise<void> {
  authorize(ctx, "settings:manage");
  await withStatement(ctx.databases.owner, (sql) => ensureDays(sql, [ctx.clock.now()]));
}
