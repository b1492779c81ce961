"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { NotAllowed } from "@/components/list-empty";
import { PageHeader } from "@/components/page-header";
import type { Environment } from "@/contracts/environments";
import type { JobFigures as Figures } from "@/contracts/jobs";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { figuresInterval, IDLE_MS } from "../live";
import { ActiveJobs } from "./active-jobs";
import { FailedJobs } from "./failed-jobs";
import { JobFigures } from "./job-figures";
import { JobHistory } from "./job-history";
import type { JobListQuery } from "./job-list-query";
import { JOBS_HEADING, JobFiguresSkeleton } from "./jobs-skeleton";

interface JobsScreenProps {
  query: JobListQuery;
  environment: Environment | null;
  onChange: (patch: Partial<JobListQuery>) => void;
}

/** Background jobs: what runs, what failed, what was. Keeps up by itself; the figures say how often. */
export function JobsScreen({ query, environment, onChange }: JobsScreenProps) {
  const figures = trpc.jobs.figures.useQuery(
    { environment },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => figuresInterval(state.data),
    },
  );
  useListsFollow(figures.data);
  if (describeError(figures.error).code === "permission_denied") {
    return <NotAllowed nouns="jobs" ask={whomToAsk("team:manage")} />;
  }
  return (
    <>
      <PageHeader {...JOBS_HEADING} />
      {figures.error && (
        <ErrorNotice error={figures.error} onRetry={() => void figures.refetch()} className="mb-4" />
      )}
      {figures.data && <JobFigures value={figures.data} environment={environment} />}
      {figures.isPending && <JobFiguresSkeleton />}
      <ActiveJobs environment={environment} interval={figuresInterval(figures.data)} />
      <FailedJobs environment={environment} interval={IDLE_MS} />
      <JobHistory query={query} environment={environment} onChange={onChange} interval={IDLE_MS} />
    </>
  );
}

/** When a job starts or ends, every list shows it at once, though only the active one is asked for each second. */
function useListsFollow(figures: Figures | undefined) {
  const utils = trpc.useUtils();
  const state = figures && [figures.running, figures.queued, figures.failed].join();
  const seen = useRef(state);
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== state) void utils.jobs.list.invalidate();
    seen.current = state;
  }, [state, utils]);
}
