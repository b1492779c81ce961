import { CodeBlock } from "@/components/code-block";
import type { JobView } from "@/contracts/jobs";
import { cn } from "@/lib/cn";

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
