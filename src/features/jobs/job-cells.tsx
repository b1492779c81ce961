"use client";

import { Download, KeyRound, UserRound } from "lucide-react";
import { CopyField } from "@/components/copy-field";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { useRole } from "@/components/session-context";
import { RelativeText } from "@/components/timestamp";
import { isActiveJob, type JobView } from "@/contracts/jobs";
import { cn } from "@/lib/cn";
import { resultHref } from "./job-abilities";
import { JobProgress, JobStatusBadge, jobTypeLabel, progressText } from "./job-status";

interface CellProps {
  job: JobView;
}

/** What the job does. */
export function TypeCell({ job }: CellProps) {
  return (
    <span className="block truncate" title={jobTypeLabel(job)}>
      {jobTypeLabel(job)}
    </span>
  );
}

/** Who started the job, as they were called then; a key as a link. The icon's meaning is said as well. */
export function StarterCell({ job: { startedBy }, className }: CellProps & { className?: string }) {
  const isKey = startedBy.kind === "key";
  const Icon = isKey ? KeyRound : UserRound;
  const name = <span className="truncate">{startedBy.name}</span>;
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-1.5", className)} title={startedBy.name}>
      <Icon aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      <span className="sr-only">{isKey ? "API key" : "Administrator"}</span>
      {isKey ? (
        <Link
          href={`/api-keys/${startedBy.id}`}
          className="min-w-0 truncate py-0.5 text-ink-2 hover:text-ink hover:underline"
        >
          {startedBy.name}
        </Link>
      ) : (
        name
      )}
    </span>
  );
}

/** The request with which the job was started, to copy; cut where it would push the rest out of sight. */
export function RequestCell({ job: { requestId } }: CellProps) {
  if (!requestId) return <span className="text-ink-3">None</span>;
  return (
    <span className="flex max-w-32">
      <CopyField value={requestId} label="request id" />
    </span>
  );
}

/** The result as a file, while it is kept. */
export function ResultCell({ job }: CellProps) {
  const href = resultHref(job, useRole(job.environment));
  if (!href) return <span className="text-ink-3">None</span>;
  return (
    <a
      href={href}
      download
      className="inline-flex items-center gap-1.5 py-0.5 text-accent hover:underline"
      aria-label={`Download the result of ${jobTypeLabel(job)}`}
    >
      <Download aria-hidden className="size-3.5" />
      CSV
    </a>
  );
}

/** On a phone, the job with what one looks for first, as there is no room for columns. */
export function NarrowJobCell({ job }: CellProps) {
  return (
    <span className="block min-w-0 py-2">
      <span className="block truncate font-medium">{jobTypeLabel(job)}</span>
      {isActiveJob(job) && <JobProgress value={job} className="my-1" />}
      <span className="block truncate text-ink-2 text-xs">
        {!isActiveJob(job) && `${progressText(job)} · `}
        {job.startedBy.name}
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
        <EnvironmentBadge value={job.environment} />
        <JobStatusBadge value={job} />
        <span className="text-ink-2">
          <RelativeText value={job.createdAt} />
        </span>
      </span>
    </span>
  );
}
