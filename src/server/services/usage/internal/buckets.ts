import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import { USAGE_SPANS, type Usage, type UsageBucket, type UsageSpan } from "@/contracts/usage";

const LENGTH_MS = { hour: HOUR_MS, day: DAY_MS } as const;

/** Calls of one bucket and outcome, as both roll-ups give them. */
export interface UsageRow {
  at: string;
  statusClass: number;
  calls: number;
  limited: number;
  durationMs: number;
}

/** The first instants of the buckets of a span, oldest first; the last one contains `now`. All of them in UTC. */
export function bucketStarts(span: UsageSpan, now: Date): string[] {
  const { bucket, buckets } = USAGE_SPANS[span];
  const length = LENGTH_MS[bucket];
  const last = Math.floor(now.getTime() / length) * length;
  return Array.from({ length: buckets }, (_, index) =>
    new Date(last - (buckets - 1 - index) * length).toISOString(),
  );
}

/** The rows laid out in their buckets, those without any as zeros, and summed. */
export function usageOf(span: UsageSpan, starts: readonly string[], rows: readonly UsageRow[]): Usage {
  const empty = (at: string): UsageBucket => ({ at, succeeded: 0, refused: 0, failed: 0 });
  const buckets = new Map(starts.map((at) => [at, empty(at)]));
  const sum = { calls: 0, errors: 0, limited: 0, durationMs: 0 };
  for (const row of rows) {
    const outcome = row.statusClass >= 5 ? "failed" : row.statusClass === 4 ? "refused" : "succeeded";
    const bucket = buckets.get(row.at);
    if (!bucket) continue;
    bucket[outcome] += row.calls;
    sum.calls += row.calls;
    if (outcome !== "succeeded") sum.errors += row.calls;
    sum.limited += row.limited;
    sum.durationMs += row.durationMs;
  }
  const { durationMs, ...stats } = sum;
  return {
    span,
    buckets: [...buckets.values()],
    stats: { ...stats, meanMs: sum.calls > 0 ? durationMs / sum.calls : null },
  };
}
