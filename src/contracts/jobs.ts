import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { JobQueue } from "./job-types";
import type { Job } from "./schemas/jobs";

export const JOB_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

/** A job is queued, runs, and ends in one of the other three, for good; retrying a failed one queues it again. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Whether it waits or runs; what has ended changes only by a retry. */
export function isActiveJob({ status }: { status: JobStatus }): boolean {
  return status === "queued" || status === "running";
}

/** A job as the console shows it. */
export interface JobView extends Job {
  environment: Environment;
  /** Who started it, as they were called then. */
  startedBy: { kind: "key" | "admin"; id: Id<"key"> | Id<"adm">; name: string };
  /** Where a fault of ours came from, for administrators. Frames only: the text of a database error may quote rows. */
  stack: string | null;
}

/** A job with what it was asked to do, for its own page. */
export interface JobDetails extends JobView {
  /** Its input; null for an import, whose rows are a file of their own, and once the input was purged. */
  input: Record<string, unknown> | null;
}

/** How many jobs are in a state, counted up to a bound. */
export interface JobStats {
  running: number;
  queued: number;
  failed: number;
  /** Those in which something runs or waits. */
  activeQueues: JobQueue[];
  /** At and above this nothing was counted any more. */
  cap: number;
}
