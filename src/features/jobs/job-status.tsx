import { Badge } from "@/components/badge";
import { CodeBlock } from "@/components/code-block";
import { ProgressBar, percentOf } from "@/components/progress-bar";
import { JOB_TYPES } from "@/contracts/job-types";
import type { JobStatus, JobView } from "@/contracts/jobs";
import { cn } from "@/lib/cn";

const STATUSES = {
  queued: { label: "Queued", tone: "idle", bar: "accent" },
  running: { label: "Running", tone: "accent", bar: "accent" },
  succeeded: { label: "Succeeded", tone: "ok", bar: "ok" },
  failed: { label: "Failed", tone: "bad", bar: "bad" },
  cancelled: { label: "Cancelled", tone: "warn", bar: "idle" },
} as const satisfies Record<JobStatus, { label: string; tone: string; bar: string }>;

type Ended = Pick<JobView, "status" | "outcome">;

/** How a job stands. One that went through all its rows is no plain success where rows failed. */
function standing({ status, outcome }: Ended) {
  if (status !== "succeeded" || !outcome?.failed) return STATUSES[status];
  if (outcome.succeeded === 0) return { label: "All rows failed", tone: "bad", bar: "bad" } as const;
  return { label: "Some rows failed", tone: "warn", bar: "warn" } as const;
}

/** The word for a status. */
export function jobStatusLabel(status: JobStatus): string {
  return STATUSES[status].label;
}

/** What a job does, in words. */
export function jobTypeLabel({ type }: Pick<JobView, "type">): string {
  return JOB_TYPES[type].label;
}

/** Status of a job, and of one that succeeded, whether its rows did. */
export function JobStatusBadge({ value }: { value: Ended }) {
  const { label, tone } = standing(value);
  return <Badge tone={tone}>{label}</Badge>;
}

interface JobProgressProps {
  value: Pick<JobView, "type" | "status" | "progress" | "outcome">;
  className?: string;
}

/** The bar of a job with its figures: "500 of 10,000 · 5 %". */
export function JobProgress({ value, className }: JobProgressProps) {
  const { done, total } = value.progress;
  return (
    <span className={cn("block", className)}>
      <ProgressBar label={jobTypeLabel(value)} done={done} total={total} tone={standing(value).bar} />
      <span className="mt-1 block text-ink-2 text-xs tabular-nums">{progressText(value)}</span>
    </span>
  );
}

/** How far a job is, in figures, and how many rows failed. */
export function progressText({
  progress: { done, total },
  outcome,
}: Pick<JobView, "progress" | "outcome">): string {
  const count = done.toLocaleString("en");
  if (total === null) return `${count} so far`;
  const far = `${count} of ${total.toLocaleString("en")} · ${percentOf(done, total)} %`;
  return outcome?.failed ? `${far} · ${outcome.failed.toLocaleString("en")} failed` : far;
}

interface JobFailureProps {
  value: Pick<JobView, "error" | "stack">;
  /** Whether the stack is folded away. */
  folded?: boolean;
  className?: string;
}

/** Why a job failed, or is about to be tried again; and where a fault of ours came from. */
export function JobFailure({ value: { error, stack }, folded = true, className }: JobFailureProps) {
  if (!error) return null;
  return (
    <div className={cn("text-sm", className)}>
      <p className="text-pretty break-words">
        <code className="mono mr-2 text-bad">{error.code}</code>
        {error.detail}
      </p>
      {stack && (
        <details open={!folded} className="mt-1">
          <summary className="w-fit rounded-xs py-0.5 text-ink-2 hover:text-ink">Stack</summary>
          <CodeBlock text={stack} copyLabel="Copy stack" className="mt-1" />
        </details>
      )}
    </div>
  );
}
