import { cn } from "@/lib/cn";

interface ProgressBarProps {
  /** What is under way: "Generate licences". */
  label: string;
  done: number;
  /** Null until it is known. */
  total: number | null;
  tone?: keyof typeof FILLS;
  className?: string;
}

const FILLS = { accent: "bg-accent", ok: "bg-ok", idle: "bg-idle", warn: "bg-warn", bad: "bg-bad" } as const;

/** Whole per cent, rounded down so that nothing is called done before it is; null while the total is unknown. */
export function percentOf(done: number, total: number | null): number | null {
  if (total === null) return null;
  return total === 0 ? 100 : Math.floor((100 * done) / total);
}

/** How far something is. Say the figures beside it; the bar alone is for the eye and for assistive software. */
export function ProgressBar({ label, done, total, tone = "accent", className }: ProgressBarProps) {
  const percent = percentOf(done, total);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      className={cn("block h-1.5 overflow-hidden rounded-full bg-idle-soft", className)}
    >
      <span
        className={cn(
          "block h-full origin-left rounded-full transition-transform duration-500",
          FILLS[tone],
          percent === null && "animate-pulse",
        )}
        style={{ transform: `scaleX(${percent === null ? 0.3 : percent / 100})` }}
      />
    </span>
  );
}
