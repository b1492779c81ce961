import { Badge } from "@/components/badge";
import { ProgressBar, percentOf } from "@/components/progress-bar";
import { JOB_TYPES, type JobStatus, type JobView } from "@/contracts/jobs";
import { cn } from "@/lib/cn";

const STATUSES = {
  queued: { label: "Queued", tone: "idle", bar: "accent" },
  running: { label: "Running", tone: "accent", bar: "accent" },
  succeeded: { label: "Succeeded", tone: "ok", bar: "ok" },
  failed: { label: "Failed", tone: "bad", bar: "bad" },
  cancelled: { label: "Cancelled", tone: "warn", bar: "idle" },
} as const satisfies Record<JobStatus, { label: string; tone: string; bar: string }>;

/** The word for a status. */
export function jobStatusLabel(status: JobStatus): string {
  return STATUSES[status].label;
}

/** What a job does, in words. */
export function jobTypeLabel({ type }: Pick<JobView, "type">): string {
  return JOB_TYPES[type].label;
}

/** Status of a job. */
export function JobStatusBadge({ value }: { value: Pick<JobView, "status"> }) {
  const { label, tone } = STATUSES[value.status];
  return <Badge tone={tone}>{label}</Badge>;
}

interface JobProgressProps {
  value: Pick<JobView, "type" | "status" | "progress">;
  className?: string;
}

/** The bar of a job with its figures: "500 of 10,000 · 5 %". */
export function JobProgress({ value, className }: JobProgressProps) {
  const { done, total } = value.progress;
  return (
    <span className={cn("block", className)}>
      <ProgressBar label={jobTypeLabel(value)} done={done} total={total} tone={STATUSES[value.status].bar} />
      <span className="mt-1 block text-ink-2 text-xs tabular-nums">{progressText(value)}</span>
    </span>
  );
}

/** How far a job is, in figures. */
export function progressText({ progress: { done, total } }: Pick<JobView, "progress">): string {
  const count = done.toLocaleString("en");
  if (total === null) return `${count} so far`;
  return `${count} of ${total.toLocaleString("en")} · ${percentOf(done, total)} %`;
}
