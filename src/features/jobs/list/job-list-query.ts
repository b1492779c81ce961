import type { Environment } from "@/contracts/environments";
import { isActiveJob, JOB_STATUSES, type JobStatus, type ListJobsInput } from "@/contracts/jobs";

const ACTIVE = JOB_STATUSES.filter((status) => isActiveJob({ status }));
const ENDED = JOB_STATUSES.filter((status) => !isActiveJob({ status }));

/** What the address bar says about the history; the environment comes from the top bar. */
export type JobListQuery = Required<
  Pick<ListJobsInput, "search" | "statuses" | "types" | "pageSize" | "cursor">
>;

/** What narrows the history, apart from the environment. */
export const NO_JOB_FILTERS = { search: "", statuses: [], types: [] } satisfies Partial<JobListQuery>;

/** Input of `jobs.list` for the history: what has ended, unless other states are asked for. */
export function jobHistoryInput(query: JobListQuery, environment: Environment | null): ListJobsInput {
  const { search, statuses, types, pageSize, cursor } = query;
  return { search, environment, statuses: statuses.length > 0 ? statuses : ENDED, types, pageSize, cursor };
}

/** Input of `jobs.list` for what runs or waits: the newest of it, as it would be odd to page through what moves. */
export function activeJobsInput(environment: Environment | null): ListJobsInput {
  return { environment, statuses: ACTIVE, pageSize: 10 };
}

/** Input of `jobs.list` for what failed last. */
export function failedJobsInput(environment: Environment | null): ListJobsInput {
  return { environment, statuses: ["failed"], pageSize: 10 };
}

/** Whether anything but the environment keeps jobs out of the history. */
export function isNarrowed({ search, statuses, types }: JobListQuery): boolean {
  return search !== "" || statuses.length > 0 || types.length > 0;
}

/** The page with the history in these states alone. */
export function jobsHref(environment: Environment | null, statuses: readonly JobStatus[]): string {
  const params = new URLSearchParams({
    ...(environment && { env: environment }),
    statuses: statuses.join(","),
  });
  return `/jobs?${params}#history`;
}

export const ACTIVE_JOB_STATUSES: readonly JobStatus[] = ACTIVE;
