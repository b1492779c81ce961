import { JOB_TYPES, type JobTypeDetails } from "@/contracts/job-types";
import { isActiveJob, type JobView } from "@/contracts/jobs";
import { type Role, roleAllows } from "@/contracts/roles";

/** What can be done to a job. */
export const JOB_ACTIONS = { cancel: "Cancel", retry: "Retry", delete: "Delete" } as const;

export type JobAction = keyof typeof JOB_ACTIONS;

/** The actions that the server would accept from this role for this job, in the order in which they are offered. */
export function jobActionsFor(job: Pick<JobView, "status">, role: Role | null): JobAction[] {
  if (!roleAllows(role, "jobs:write")) return [];
  if (isActiveJob(job)) return ["cancel"];
  return job.status === "failed" ? ["retry", "delete"] : ["delete"];
}

/** Where the result of a job is, while there is one that the server would give to this role. */
export function resultHref(
  job: Pick<JobView, "id" | "type" | "status" | "resultExpiresAt">,
  role: Role | null,
): string | null {
  const { resultHasLicenseKeys }: JobTypeDetails = JOB_TYPES[job.type];
  if (resultHasLicenseKeys && !roleAllows(role, "licenses:reveal")) return null;
  return job.status === "succeeded" && job.resultExpiresAt ? `/api/jobs/${job.id}/result` : null;
}
