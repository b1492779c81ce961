"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useEnvironment } from "@/components/environment-context";
import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { NotAllowed } from "@/components/list-empty";
import { TableSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { Environment } from "@/contracts/environments";
import { JOB_QUEUES } from "@/contracts/job-types";
import type { JobStats as Stats } from "@/contracts/jobs";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { ACTIVE_JOB_STATUSES, jobsHref } from "../job-list-state";
import { IDLE_MS, statsInterval } from "../live";
import { ActiveJobs, FailedJobs } from "./current-jobs";
import { JOB_COLUMNS, NARROW_JOB_COLUMNS } from "./job-columns";
import { JobHistory } from "./job-history";

/** Background jobs: what runs, what failed, what was. Keeps up by itself; the figures say how often. */
export function JobsScreen() {
  const environment = useEnvironment();
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
      <JobHistory interval={IDLE_MS} />
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

interface JobStatsProps {
  value: Stats;
  environment: Environment | null;
}

/** How much runs and waits, what has failed, and which queues have work. */
export function JobStats({ value, environment }: JobStatsProps) {
  const { running, queued, failed, activeQueues, cap } = value;
  const said = (count: number) => `${count.toLocaleString("en")}${count >= cap ? "+" : ""}`;
  return (
    <ul className="mb-6 grid gap-2 sm:grid-cols-3 sm:gap-4">
      <Figure
        label="Running and queued"
        figure={said(running + queued)}
        detail={`${said(running)} running, ${said(queued)} queued`}
        href={jobsHref(environment, ACTIVE_JOB_STATUSES)}
      />
      <Figure
        label="Failed"
        figure={said(failed)}
        detail={failed > 0 ? "to look at, retry or delete" : "nothing to look at"}
        tone={failed > 0 ? "text-bad" : undefined}
        href={jobsHref(environment, ["failed"])}
      />
      <Figure
        label="Active queues"
        figure={`${activeQueues.length} of ${JOB_QUEUES.length}`}
        detail={activeQueues.length > 0 ? activeQueues.join(", ") : "all are idle"}
      />
    </ul>
  );
}

interface FigureProps {
  label: string;
  figure: string;
  detail: string;
  tone?: string | undefined;
  href?: string;
}

const BOX = "block rounded-xl px-4 py-3 sm:p-4";

function Figure({ label, figure, detail, tone, href }: FigureProps) {
  const content = (
    <>
      <span className="text-ink-2">{label}</span>
      <span className="mt-1 flex flex-wrap items-baseline gap-x-2">
        <span className={`font-semibold text-2xl tabular-nums ${tone ?? ""}`}>{figure}</span>
        <span className="text-ink-2 text-sm tabular-nums">{detail}</span>
      </span>
    </>
  );
  return (
    <li>
      <Card>
        {href ? (
          <Link href={href} className={`${BOX} no-underline hover:bg-sunken`}>
            {content}
          </Link>
        ) : (
          <div className={BOX}>{content}</div>
        )}
      </Card>
    </li>
  );
}

/** The head of the page. */
const JOBS_HEADING = {
  title: "Background Jobs",
  sub: "Work that keys and administrators have started. It goes on when nobody looks.",
};

/** Holds the place of the figures. */
function JobStatsSkeleton() {
  return (
    <div className="mb-6 grid gap-2 sm:grid-cols-3 sm:gap-4" aria-busy>
      {["one", "two", "three"].map((card) => (
        <Card key={card} className="h-20 px-4 py-3 sm:h-22.5 sm:p-4">
          <Skeleton className="mt-1 w-24" />
          <Skeleton className="mt-4 h-6 w-12" />
        </Card>
      ))}
    </div>
  );
}

/** Holds the place of the page while the server draws it. */
export function JobsSkeleton() {
  return (
    <>
      <PageHeader {...JOBS_HEADING} />
      <JobStatsSkeleton />
      <h2 className="mb-2 font-medium">Active</h2>
      <Card className="mb-6 h-11.5" />
      <h2 className="mb-2 font-medium">History</h2>
      <div className="mb-3 h-8" />
      <TableSkeleton label="Jobs" columns={JOB_COLUMNS} narrowColumns={NARROW_JOB_COLUMNS} />
    </>
  );
}
