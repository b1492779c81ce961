"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { NothingMatches } from "@/components/list-empty";
import { PagedTable } from "@/components/paged-table";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { useIsMobile } from "@/lib/use-is-mobile";
import { trpc } from "@/trpc/client";
import { JOB_COLUMNS, NARROW_JOB_COLUMNS } from "./job-columns";
import { JobFilterBar } from "./job-filters";
import { isNarrowed, type JobListQuery, jobHistoryInput, NO_JOB_FILTERS } from "./job-list-query";

interface JobHistoryProps {
  query: JobListQuery;
  environment: Environment | null;
  /** Changes part of the query. Whoever holds the query starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<JobListQuery>) => void;
  interval: number;
}

/** What has ended, or whatever the filters ask for, newest first. */
export function JobHistory({ query, environment, onChange, interval }: JobHistoryProps) {
  const narrow = useIsMobile();
  const list = trpc.jobs.list.useQuery(jobHistoryInput(query, environment), {
    placeholderData: keepPreviousData,
    refetchInterval: interval,
  });
  const rows = list.data?.data ?? [];
  return (
    <section id="history" aria-labelledby="job-history" className="scroll-mt-16">
      <h2 id="job-history" className="mb-2 font-medium">
        History
      </h2>
      <JobFilterBar query={query} clearable={rows.length > 0} onChange={onChange} />
      <PagedTable
        label="Jobs"
        columns={narrow ? NARROW_JOB_COLUMNS : JOB_COLUMNS}
        list={list}
        query={query}
        onChange={onChange}
        nouns="jobs"
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/jobs/${id}`}
        empty={<Empty query={query} environment={environment} onChange={onChange} />}
      />
    </section>
  );
}

/** Why there are no rows: the filters let nothing through, or nothing has ended yet. */
function Empty({ query, environment, onChange }: Omit<JobHistoryProps, "interval">) {
  if (isNarrowed(query)) return <NothingMatches noun="job" onClear={() => onChange(NO_JOB_FILTERS)} />;
  const where = environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
  return (
    <EmptyState
      icon={ListChecks}
      title={`No job has ended${where} yet`}
      text="Jobs generate and export licences, import customers and export telemetry. Start one from those pages, or let an integration with Job Management do it through the API."
      action={
        <>
          <Button asChild>
            <Link href="/licenses">Licences</Link>
          </Button>
          <Button asChild>
            <Link href="/customers">Customers</Link>
          </Button>
          <Button asChild>
            <Link href="/telemetry">Telemetry</Link>
          </Button>
        </>
      }
    />
  );
}
