"use client";

import { keepPreviousData } from "@tanstack/react-query";
import Link from "next/link";
import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import { Card } from "@/components/ui/card";
import type { Environment } from "@/contracts/environments";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { JobActionButtons } from "../actions/job-action-buttons";
import { EnvironmentCell, StarterCell } from "../job-cells";
import { JobFailure } from "../job-failure";
import { jobTypeLabel } from "../job-status";
import { failedJobsInput, jobsHref } from "./job-list-query";

const SHOWN = 5;

/** What failed last, each with its error. Absent while there is none; the figure says so. */
export function FailedJobs({ environment, interval }: { environment: Environment | null; interval: number }) {
  const failed = trpc.jobs.list.useQuery(failedJobsInput(environment), {
    placeholderData: keepPreviousData,
    refetchInterval: interval,
  });
  const jobs = failed.data?.data ?? [];
  if (jobs.length === 0 && !failed.error) return null;
  return (
    <section aria-labelledby="failed-jobs" className="mb-6">
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h2 id="failed-jobs" className="font-medium">
          Failed
        </h2>
        {jobs.length > SHOWN && (
          <Link href={jobsHref(environment, ["failed"])} className="py-0.5 text-accent hover:underline">
            All that failed
          </Link>
        )}
      </div>
      {failed.error && (
        <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} className="mb-3" />
      )}
      {jobs.length > 0 && (
        <Card>
          <ul className="divide-y">
            {jobs.slice(0, SHOWN).map((job) => (
              <li key={job.id} className="px-4 py-3">
                <FailedJob value={job} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </section>
  );
}

function FailedJob({ value }: { value: JobView }) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm">
          <Link href={`/jobs/${value.id}`} className="py-0.5 font-medium text-ink hover:underline">
            {jobTypeLabel(value)}
          </Link>
          <EnvironmentCell value={value} />
          <StarterCell value={value} className="max-w-60" />
          {value.finishedAt && <Timestamp value={value.finishedAt} className="text-ink-2" />}
        </p>
        <JobFailure value={value} className="mt-1" />
      </div>
      <div className="flex gap-2">
        <JobActionButtons value={value} size="sm" />
      </div>
    </div>
  );
}
