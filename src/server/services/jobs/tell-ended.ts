import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { notFound } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { jobRecords } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { publishWebhooks } from "../webhooks";
import { jobColumns } from "./internal/load";
import { jobOf } from "./internal/view";

/** Tells webhooks how a job has ended, in the transaction that notes it. */
export async function tellJobEnded(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"job">,
  type: "job.succeeded" | "job.failed" | "job.cancelled",
): Promise<void> {
  const [row] = await ctx.tx.select(jobColumns).from(jobRecords).where(eq(jobRecords.id, id));
  if (!row) throw notFound();
  await publishWebhooks(ctx, [{ type, environment: row.environment, subjectId: id, data: jobOf(row) }]);
}
