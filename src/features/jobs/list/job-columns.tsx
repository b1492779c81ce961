"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Timestamp } from "@/components/timestamp";
import type { JobView } from "@/contracts/jobs";
import { JobActionButtons } from "../job-action-buttons";
import { NarrowJobCell, RequestCell, ResultCell, StarterCell, TypeCell } from "../job-cells";
import { JobProgress, JobStatusBadge } from "../job-status";

type Column = DataTableColumn<JobView>;

const SHARED: readonly Column[] = [
  { id: "type", header: "Job", link: true, grow: true, cell: (job) => <TypeCell job={job} /> },
  {
    id: "environment",
    header: "Environment",
    cell: (job) => <EnvironmentBadge value={job.environment} />,
  },
  { id: "status", header: "Status", cell: (job) => <JobStatusBadge value={job} /> },
  {
    id: "progress",
    header: "Progress",
    from: 720,
    // As wide as most figures, so that nothing beside it moves while they change.
    className: "min-w-40",
    cell: (job) => <JobProgress value={job} />,
  },
  {
    id: "attempts",
    header: "Attempts",
    from: 1060,
    cell: ({ attempts }) => <span className="tabular-nums">{attempts}</span>,
  },
  {
    id: "startedBy",
    header: "Started by",
    from: 980,
    cell: (job) => <StarterCell job={job} className="max-w-36" />,
  },
  {
    id: "request",
    header: "Request",
    from: 1140,
    cell: (job) => <RequestCell job={job} />,
  },
  {
    id: "createdAt",
    header: "Queued",
    from: 560,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
];

/** What runs or waits. */
export const ACTIVE_JOB_COLUMNS: readonly Column[] = [
  ...SHARED,
  {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "text-right",
    cell: (job) => <JobActionButtons job={job} size="sm" />,
  },
];

/** The history. */
export const JOB_COLUMNS: readonly Column[] = [
  ...SHARED,
  { id: "result", header: "Result", cell: (job) => <ResultCell job={job} /> },
];

/** The same lists on a phone: one column that says the most. */
export const NARROW_JOB_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Job",
    link: true,
    grow: true,
    placeholderClassName: "h-19.5",
    cell: (job) => <NarrowJobCell job={job} />,
  },
];
