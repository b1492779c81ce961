"use client";

import { keepPreviousData } from "@tanstack/react-query";
import Link from "next/link";
import { DataTable } from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import { Card } from "@/components/ui/card";
import type { Environment } from "@/contracts/environments";
import { useIsMobile } from "@/lib/use-is-mobile";
import { trpc } from "@/trpc/client";
import { ACTIVE_JOB_COLUMNS, NARROW_JOB_COLUMNS } from "./job-columns";
import { ACTIVE_JOB_STATUSES, activeJobsInput, jobsHref } from "./job-list-query";

interface ActiveJobsProps {
  environment: Environment | null;
  /** Milliseconds until the bars are drawn anew. */
  interval: number;
}

/** What runs or waits, with bars that move by themselves. */
export function ActiveJobs({ environment, interval }: ActiveJobsProps) {
  const narrow = useIsMobile();
  const active = trpc.jobs.list.useQuery(activeJobsInput(environment), {
    placeholderData: keepPreviousData,
    refetchInterval: interval,
  });
  return (
    <section aria-labelledby="active-jobs" className="mb-6">
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h2 id="active-jobs" className="font-medium">
          Active
        </h2>
        {active.data?.nextCursor && (
          <Link
            href={jobsHref(environment, ACTIVE_JOB_STATUSES)}
            className="py-0.5 text-accent hover:underline"
          >
            All that run or wait
          </Link>
        )}
      </div>
      {active.error && (
        <ErrorNotice error={active.error} onRetry={() => void active.refetch()} className="mb-3" />
      )}
      {active.isPending && <Card aria-busy className="h-11.5" />}
      {active.data && (
        <DataTable
          label="Active jobs"
          columns={narrow ? NARROW_JOB_COLUMNS : ACTIVE_JOB_COLUMNS}
          rows={active.data.data}
          stale={active.isPlaceholderData}
          rowKey={({ id }) => id}
          rowHref={({ id }) => `/jobs/${id}`}
          empty={<p className="px-4 py-3 text-ink-2">Nothing runs or waits.</p>}
        />
      )}
    </section>
  );
}
