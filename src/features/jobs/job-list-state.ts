import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { JOB_TYPE_NAMES } from "@/contracts/job-types";
import { isActiveJob, JOB_STATUSES, type JobStatus } from "@/contracts/jobs";
import type { ListJobsInput } from "@/contracts/schemas/jobs";
import { orElse, someOf, textOf } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

export const ACTIVE_JOB_STATUSES = JOB_STATUSES.filter((status) => isActiveJob({ status }));
const ENDED = JOB_STATUSES.filter((status) => !isActiveJob({ status }));

/** The history of jobs, in the address bar. */
export const jobHistory = defineListState({
  filters: {
    search: orElse(textOf(0, 100), ""),
    statuses: someOf(JOB_STATUSES),
    types: someOf(JOB_TYPE_NAMES),
  },
});

export type JobHistoryState = ListStateOf<typeof jobHistory>;

/** Input of `jobs.list` for the history: what has ended, unless other states are asked for. */
export function jobHistoryInput(input: JobHistoryState["input"]): ListJobsInput {
  return input.statuses.length > 0 ? input : { ...input, statuses: ENDED };
}

/** Input of `jobs.list` for what runs or waits: the newest of it, as it would be odd to page through what moves. */
export function activeJobsInput(environment: Environment | null): ListJobsInput {
  return { environment, statuses: ACTIVE_JOB_STATUSES, limit: 10 };
}

/** Input of `jobs.list` for what failed last. */
export function failedJobsInput(environment: Environment | null): ListJobsInput {
  return { environment, statuses: ["failed"], limit: 10 };
}

/** Input of `jobs.list` for what one key started. */
export function keyJobsInput(keyId: Id<"key">): ListJobsInput {
  return { keyId, limit: 10 };
}

/** The page with the history in these states alone. */
export function jobsHref(environment: Environment | null, statuses: readonly JobStatus[]): string {
  const params = new URLSearchParams({
    ...(environment && { env: environment }),
    statuses: statuses.join(","),
  });
  return `/jobs?${params}#history`;
}
