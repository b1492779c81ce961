"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import type { Id } from "@/contracts/ids";
import type { JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { keyJobsInput } from "./job-list-state";
import { JobStatusBadge, jobTypeLabel } from "./job-status";

const SHOWN = 5;

/** The latest jobs that a key started. Absent where it started none, and for those who may not see jobs. */
export function KeyJobs({ keyId }: { keyId: Id<"key"> }) {
  const mayRead = useMay("jobs:read");
  const jobs = trpc.jobs.list.useQuery(keyJobsInput(keyId), { enabled: mayRead });
  const rows = jobs.data?.data.slice(0, SHOWN) ?? [];
  if (!jobs.error && rows.length === 0) return null;
  return (
    <Card aria-labelledby="jobs-title">
      <CardHeader>
        <CardTitle id="jobs-title">Jobs started</CardTitle>
      </CardHeader>
      {jobs.error && <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} className="m-4" />}
      <ul>
        {rows.map((job) => (
          <StartedJob key={job.id} job={job} />
        ))}
      </ul>
    </Card>
  );
}

function StartedJob({ job }: { job: JobView }) {
  return (
    <li className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b px-4 py-2 last:border-b-0">
      <Link href={`/jobs/${job.id}`} className="py-0.5 hover:underline">
        {jobTypeLabel(job)}
      </Link>
      <span className="flex items-center gap-3">
        <JobStatusBadge value={job} />
        <Timestamp value={job.createdAt} className="text-ink-2 text-sm" />
      </span>
    </li>
  );
}
