import type { JobView } from "@/contracts/jobs";
import type { Job, JobOutcome } from "@/contracts/schemas/jobs";
import type { jobRecords } from "@/server/database/schema";

export type JobRow = typeof jobRecords.$inferSelect;

const text = (instant: Date | null) => instant?.toISOString() ?? null;

/** Of a job that has ended. */
function outcomeOf({ finishedAt, done, failed }: Omit<JobRow, "input">): JobOutcome | null {
  return finishedAt === null || failed === null ? null : { succeeded: done - failed, failed };
}

/** A row as the public API shows it. */
export function jobOf(row: Omit<JobRow, "input">): Job {
  return {
    id: row.id,
    type: row.type,
    status: row.status,
    progress: { done: row.done, total: row.total },
    outcome: outcomeOf(row),
    attempts: row.attempts,
    error: row.error,
    requestId: row.requestId,
    keyId: row.keyId,
    createdAt: row.createdAt.toISOString(),
    startedAt: text(row.startedAt),
    finishedAt: text(row.finishedAt),
    resultExpiresAt: text(row.resultExpiresAt),
  };
}

/** A row as the console shows it. */
export function jobViewOf(row: Omit<JobRow, "input">): JobView {
  return {
    environment: row.environment,
    startedBy: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    stack: row.stack,
    ...jobOf(row),
  };
}

/** What the audit calls a job. */
export function auditSubject(row: Pick<JobRow, "id" | "type">) {
  return { id: row.id, name: row.type };
}
