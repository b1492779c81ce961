"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { ListSection } from "@/components/list-section";
import { Timestamp } from "@/components/timestamp";
import { Card } from "@/components/ui/card";
import type { Environment } from "@/contracts/environments";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { JobActionButtons } from "../job-action-buttons";
import { StarterCell } from "../job-cells";
import { ACTIVE_JOB_STATUSES, activeJobsInput, failedJobsInput, jobsHref } from "../job-list-state";
import { JobFailure, jobTypeLabel } from "../job-status";
import { ACTIVE_JOB_COLUMNS, NARROW_JOB_COLUMNS } from "./job-columns";

interface ActiveJobsProps {
  environment: Environment | null;
  /** Milliseconds until the bars are drawn anew. */
  interval: number;
}

/** What runs or waits, with bars that move by themselves. */
export function ActiveJobs({ environment, interval }: ActiveJobsProps) {
  const active = trpc.jobs.list.useQuery(activeJobsInput(environment), {
    placeholderData: keepPreviousData,
    refetchInterval: interval,
  });
  return (
    <ListSection
      title="Active"
      page={active}
      all={
        active.data?.nextCursor
          ? { href: jobsHref(environment, ACTIVE_JOB_STATUSES), label: "All that run or wait" }
          : null
      }
      className="mb-6"
    >
      {active.isPending && <Card aria-busy className="h-11.5" />}
      {active.data && (
        <DataTable
          label="Active jobs"
          columns={ACTIVE_JOB_COLUMNS}
          narrowColumns={NARROW_JOB_COLUMNS}
          rows={active.data.data}
          stale={active.isPlaceholderData}
          rowKey={({ id }) => id}
          rowHref={({ id }) => `/jobs/${id}`}
          empty={<p className="px-4 py-3 text-ink-2">Nothing runs or waits.</p>}
        />
      )}
    </ListSection>
  );
}

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
    <ListSection
      title="Failed"
      page={failed}
      all={jobs.length > SHOWN ? { href: jobsHref(environment, ["failed"]), label: "All that failed" } : null}
      className="mb-6"
    >
      <Card>
        <ul className="divide-y">
          {jobs.slice(0, SHOWN).map((job) => (
            <li key={job.id} className="px-4 py-3">
              <FailedJob job={job} />
            </li>
          ))}
        </ul>
      </Card>
    </ListSection>
  );
}

function FailedJob({ job }: { job: JobView }) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm">
          <Link href={`/jobs/${job.id}`} className="py-0.5 font-medium text-ink hover:underline">
            {jobTypeLabel(job)}
          </Link>
          <EnvironmentBadge value={job.environment} />
          <StarterCell job={job} className="max-w-60" />
          {job.finishedAt && <Timestamp value={job.finishedAt} className="text-ink-2" />}
        </p>
        <JobFailure value={job} className="mt-1" />
      </div>
      <div className="flex gap-2">
        <JobActionButtons job={job} size="sm" />
      </div>
    </div>
  );
}
