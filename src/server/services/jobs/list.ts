import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { JobView } from "@/contracts/jobs";
import type { ConsolePage } from "@/contracts/lists";
import { listJobsStepSchema } from "@/contracts/schemas/jobs";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { jobRecords } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { withinReach } from "../reach";
import { jobColumns } from "./internal/load";
import { jobViewOf } from "./internal/view";

/**
 * Jobs within reach, newest first, as ids sort by time.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listJobs(
  ctx: ServiceContext,
  input: z.input<typeof listJobsStepSchema>,
): Promise<ConsolePage<JobView>> {
  authorize(ctx, "jobs:read");
  const { search, environment, statuses, types, keyId, ...step } = parse(
    listJobsStepSchema,
    inEnvironment(ctx, input),
  );
  const list = keyset(step, { id: jobRecords.id, ids: "job" });
  const rows = await withDatabase(ctx, (db) =>
    db
      .select(jobColumns)
      .from(jobRecords)
      .where(
        and(
          withinReach(ctx, jobRecords.environment, environment),
          statuses.length > 0 ? inArray(jobRecords.status, statuses) : undefined,
          types.length > 0 ? inArray(jobRecords.type, types) : undefined,
          keyId ? eq(jobRecords.keyId, keyId) : undefined,
          search ? matches(search) : undefined,
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(rows, jobViewOf);
}

function matches(search: string): SQL | undefined {
  return or(
    contains(sql`${jobRecords.actorName}`, search),
    // Ids of other kinds are just no match.
    eq(jobRecords.id, search as Id<"job">),
    eq(jobRecords.requestId, search as Id<"req">),
    eq(jobRecords.actorId, search as Id<"key">),
  );
}
