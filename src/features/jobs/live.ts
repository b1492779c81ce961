import { isActiveJob, type JobStats, type JobView } from "@/contracts/jobs";

/** How soon the server is asked again while something runs or waits: often enough for a bar to be seen moving. */
const ACTIVE_MS = 1_000;

/** And otherwise, for jobs that integrations start. */
export const IDLE_MS = 10_000;

/** Milliseconds between two looks at all jobs. TanStack Query makes none while the page is hidden. */
export function statsInterval(stats: JobStats | undefined): number {
  return stats && stats.running + stats.queued > 0 ? ACTIVE_MS : IDLE_MS;
}

/** Milliseconds between two looks at one job; none once it has ended. */
export function jobInterval(job: JobView | undefined): number | false {
  return job && isActiveJob(job) ? ACTIVE_MS : false;
}
