import { and, asc, desc, eq, gt, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { JobStatus, JobType, JobView } from "@/contracts/jobs";
import type { ConsolePage } from "@/contracts/lists";
import { authorize } from "@/server/core/authorize";
import { keysetPage, keysetPosition } from "@/server/database/keyset";
import { jobRecords } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { jobColumns } from "./internal/load";
import { jobViewOf } from "./internal/view";

interface ListJobs {
  search?: string;
  /** For administrators: one environment, or all. A key always lists its own. */
  environment?: Environment | null;
  /** Empty: any. */
  statuses: readonly JobStatus[];
  /** Empty: any. */
  types?: readonly JobType[];
  /** Only what this key started. */
  keyId?: Id<"key"> | null;
  limit: number;
  cursor?: string | null | undefined;
}

/**
 * Jobs within reach, newest first. Stable while jobs are added: ids sort by time, and a page starts at an id.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listJobs(ctx: ServiceContext, input: ListJobs): Promise<ConsolePage<JobView>> {
  authorize(ctx, "jobs:read");
  const { limit, search, statuses, types = [], keyId } = input;
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  const position = keysetPosition(input.cursor, "job");
  const start = position?.id as Id<"job">;
  const rows = await withDatabase(ctx, (db) =>
    db
      .select(jobColumns)
      .from(jobRecords)
      .where(
        and(
          environment ? eq(jobRecords.environment, environment) : undefined,
          statuses.length > 0 ? inArray(jobRecords.status, [...statuses]) : undefined,
          types.length > 0 ? inArray(jobRecords.type, [...types]) : undefined,
          keyId ? eq(jobRecords.keyId, keyId) : undefined,
          search ? matches(search) : undefined,
          position ? (position.backward ? gt : lt)(jobRecords.id, start) : undefined,
        ),
      )
      .orderBy(position?.backward ? asc(jobRecords.id) : desc(jobRecords.id))
      .limit(limit + 1),
  );
  return keysetPage(rows, { limit, position, toItem: jobViewOf });
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
