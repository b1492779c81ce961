"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { FilterChip } from "@/components/filter-chip";
import { Link } from "@/components/link";
import { PagedTable } from "@/components/paged-table";
import { SearchInput } from "@/components/search-input";
import { Button } from "@/components/ui/button";
import { JOB_TYPE_NAMES } from "@/contracts/job-types";
import { JOB_STATUSES } from "@/contracts/jobs";
import { useListState } from "@/lib/use-list-state";
import { inEnvironment } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { type JobHistoryState, jobHistory, jobHistoryInput } from "../job-list-state";
import { jobStatusLabel, jobTypeLabel } from "../job-status";
import { JOB_COLUMNS, NARROW_JOB_COLUMNS } from "./job-columns";

/** What has ended, or whatever the filters ask for, newest first. Asks again each `interval` milliseconds. */
export function JobHistory({ interval }: { interval: number }) {
  const list = useListState(jobHistory);
  const page = trpc.jobs.list.useQuery(jobHistoryInput(list.input), {
    placeholderData: keepPreviousData,
    refetchInterval: interval,
  });
  return (
    <section id="history" aria-labelledby="job-history" className="scroll-mt-16">
      <h2 id="job-history" className="mb-2 font-medium">
        History
      </h2>
      <PagedTable
        label="Jobs"
        columns={JOB_COLUMNS}
        narrowColumns={NARROW_JOB_COLUMNS}
        list={list}
        page={page}
        noun="job"
        filters={<Filters list={list} />}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/jobs/${id}`}
        empty={<NothingEnded where={inEnvironment(list.environment)} />}
      />
    </section>
  );
}

function NothingEnded({ where }: { where: string }) {
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

const STATUS_OPTIONS = JOB_STATUSES.map((value) => ({ value, label: jobStatusLabel(value) }));
const TYPE_OPTIONS = JOB_TYPE_NAMES.map((value) => ({ value, label: jobTypeLabel({ type: value }) }));

function Filters({ list: { state, change } }: { list: JobHistoryState }) {
  return (
    <>
      <SearchInput
        label="Search who started it, or an id"
        value={state.search}
        onChange={(search) => change({ search })}
      />
      <FilterChip
        label="Status"
        options={STATUS_OPTIONS}
        value={state.statuses}
        onChange={(statuses) => change({ statuses })}
      />
      <FilterChip
        label="Type"
        options={TYPE_OPTIONS}
        value={state.types}
        onChange={(types) => change({ types })}
      />
    </>
  );
}
