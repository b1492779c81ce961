"use client";

import { Download, X } from "lucide-react";
import { useEffect } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { useRole } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { isActiveJob, type JobView } from "@/contracts/jobs";
import { trpc } from "@/trpc/client";
import { resultHref } from "./job-abilities";
import { JobFailure, JobProgress, JobStatusBadge, jobTypeLabel } from "./job-status";
import { jobInterval } from "./live";

interface StartedJobProps {
  /** As it was when it was started; from there the card follows it. */
  job: JobView;
  /** Once, when the job has ended, however. */
  onEnded?: () => void;
  onDismiss: () => void;
}

/** A job that was started on this page, with its bar, until it is dismissed. Leaving the page does it no harm. */
export function StartedJob({ job, onEnded, onDismiss }: StartedJobProps) {
  const followed = trpc.jobs.get.useQuery(
    { id: job.id },
    {
      placeholderData: { ...job, input: null },
      refetchInterval: ({ state }) => jobInterval(state.data ?? job),
    },
  );
  const value = followed.data ?? job;
  const ended = !isActiveJob(value);
  useEffect(() => {
    if (ended) onEnded?.();
  }, [ended, onEnded]);
  const result = resultHref(value, useRole(value.environment));
  return (
    <Card aria-label={`Started: ${jobTypeLabel(value)}`} className="mb-4">
      <CardContent className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="flex min-w-0 items-center gap-3">
          <Link href={`/jobs/${job.id}`} className="py-0.5 font-medium text-ink hover:underline">
            {jobTypeLabel(value)}
          </Link>
          <span role="status">
            <JobStatusBadge value={value} />
          </span>
        </div>
        <JobProgress value={value} className="min-w-48 flex-1" />
        <div className="flex gap-2">
          {result && (
            <Button asChild size="sm" variant="primary">
              <a href={result} download>
                <Download aria-hidden />
                Download result
              </a>
            </Button>
          )}
          <Button asChild size="sm">
            <Link href={`/jobs/${job.id}`}>Open job</Link>
          </Button>
          <Button size="icon-sm" variant="ghost" aria-label="Dismiss" onClick={onDismiss}>
            <X aria-hidden />
          </Button>
        </div>
        {value.status === "failed" && <JobFailure value={value} className="basis-full" />}
        {followed.error && (
          <ErrorNotice
            error={followed.error}
            onRetry={() => void followed.refetch()}
            className="basis-full"
          />
        )}
      </CardContent>
    </Card>
  );
}
