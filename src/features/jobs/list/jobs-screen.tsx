"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { NotAllowed } from "@/components/list-empty";
import { PageHeader } from "@/components/page-header";
import type { Environment } from "@/contracts/environments";
import type { JobStats as Stats } from "@/contracts/jobs";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { IDLE_MS, statsInterval } from "../live";
import { ActiveJobs } from "./active-jobs";
import { FailedJobs } from "./failed-jobs";
import { JobHistory } from "./job-history";
import type { JobListQuery } from "./job-list-query";
import { JobStats } from "./job-stats";
import { JOBS_HEADING, JobStatsSkeleton } from "./jobs-skeleton";

interface JobsScreenProps {
  query: JobListQuery;
  environment: Environment | null;
  onChange: (patch: Partial<JobListQuery>) => void;
}

/** Background jobs: what runs, what failed, what was. Keeps up by itself; the figures say how often. */
export function JobsScreen({ query, environment, onChange }: JobsScreenProps) {
  const stats = trpc.jobs.stats.useQuery(
    { environment },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => statsInterval(state.data),
    },
  );
  useListsFollow(stats.data);
  if (describeError(stats.error).code === "permission_denied") {
    return <NotAllowed nouns="jobs" ask={whomToAsk("team:manage")} />;
  }
  return (
    <>
      <PageHeader {...JOBS_HEADING} />
      {stats.error && (
        <ErrorNotice error={stats.error} onRetry={() => void stats.refetch()} className="mb-4" />
      )}
      {stats.data && <JobStats value={stats.data} environment={environment} />}
      {stats.isPending && <JobStatsSkeleton />}
      <ActiveJobs environment={environment} interval={statsInterval(stats.data)} />
      <FailedJobs environment={environment} interval={IDLE_MS} />
      <JobHistory query={query} environment={environment} onChange={onChange} interval={IDLE_MS} />
    </>
  );
}

/** When a job starts or ends, every list shows it at once, though only the active one is asked for each second. */
function useListsFollow(stats: Stats | undefined) {
  const utils = trpc.useUtils();
  const state = stats && [stats.running, stats.queued, stats.failed].join();
  const seen = useRef(state);
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== state) void utils.jobs.list.invalidate();
    seen.current = state;
  }, [state, utils]);
}
