"use client";

import { type DataTableColumn, TIGHT } from "@/components/data-table";
import { Timestamp } from "@/components/timestamp";
import type { JobView } from "@/contracts/jobs";
import { JobActionButtons } from "../actions/job-action-buttons";
import { EnvironmentCell, NarrowJobCell, RequestCell, ResultCell, StarterCell } from "../job-cells";
import { JobProgress, JobStatusBadge, jobTypeLabel } from "../job-status";

type Column = DataTableColumn<JobView>;

const SHARED: readonly Column[] = [
  { id: "type", header: "Job", link: true, className: TIGHT, cell: (job) => jobTypeLabel(job) },
  {
    id: "environment",
    header: "Environment",
    className: TIGHT,
    cell: (job) => <EnvironmentCell value={job} />,
  },
  { id: "status", header: "Status", className: TIGHT, cell: (job) => <JobStatusBadge value={job} /> },
  {
    id: "progress",
    header: "Progress",
    // As wide as its longest figures, so that nothing beside it moves while they change.
    className: `${TIGHT} min-w-44`,
    cell: (job) => <JobProgress value={job} />,
  },
  {
    id: "attempts",
    header: "Attempts",
    className: TIGHT,
    cell: ({ attempts }) => <span className="tabular-nums">{attempts}</span>,
  },
  {
    id: "startedBy",
    header: "Started by",
    className: TIGHT,
    cell: (job) => <StarterCell value={job} className="max-w-44" />,
  },
  {
    id: "request",
    header: "Request",
    className: TIGHT,
    cell: (job) => <RequestCell value={job} />,
  },
  {
    id: "createdAt",
    header: "Queued",
    className: TIGHT,
    cell: ({ createdAt }) => <Timestamp value={createdAt} />,
  },
];

/** What runs or waits. */
export const ACTIVE_JOB_COLUMNS: readonly Column[] = [
  ...SHARED,
  {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: `${TIGHT} text-right`,
    cell: (job) => <JobActionButtons value={job} size="sm" />,
  },
];

/** The history. */
export const JOB_COLUMNS: readonly Column[] = [
  ...SHARED,
  { id: "result", header: "Result", className: TIGHT, cell: (job) => <ResultCell value={job} /> },
];

/** The same lists on a phone: one column that says the most. */
export const NARROW_JOB_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Job",
    link: true,
    // May shrink, so that the table is as wide as the screen and the name is what gets cut.
    className: "w-full max-w-0",
    cell: (job) => <NarrowJobCell value={job} />,
  },
];
