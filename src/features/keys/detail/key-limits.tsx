"use client";

import { type KeyView, RATE_LIMIT_WINDOWS, type RateLimitWindow } from "@/contracts/keys";
import { cn } from "@/lib/cn";
import { formatRateLimit, formatRateLimits } from "@/lib/rate-limits";
import { trpc } from "@/trpc/client";

interface KeyLimitsProps {
  value: Pick<KeyView, "id" | "rateLimits">;
  refreshMs: number;
}

/** The limits of a key, each with how far its window is used up at present. */
export function KeyLimits({ value, refreshMs }: KeyLimitsProps) {
  const limits = trpc.keys.limits.useQuery({ id: value.id }, { refetchInterval: refreshMs });
  if (limits.data) {
    return (
      <ul className="space-y-2">
        {limits.data.map((fill) => (
          <Fill key={fill.window} {...fill} />
        ))}
      </ul>
    );
  }
  return (
    <div className="tabular-nums">
      {formatRateLimits(value.rateLimits).map((limit) => (
        <div key={limit}>{limit}</div>
      ))}
      {!limits.isPending && (
        <p className="text-ink-3 text-xs">Present use is unknown: the limiter does not answer.</p>
      )}
    </div>
  );
}

interface FillProps {
  window: RateLimitWindow;
  limit: number;
  used: number;
}

/** From here on the log calls it a warning, and so does the bar. */
const NEARLY_FULL = 0.8;

function Fill({ window, limit, used }: FillProps) {
  const share = Math.min(1, used / limit);
  const text = formatRateLimit(limit, RATE_LIMIT_WINDOWS[window].unit);
  const colour = share >= 1 ? "bg-bad" : share >= NEARLY_FULL ? "bg-warn" : "bg-accent";
  return (
    <li className="tabular-nums">
      <span className="flex flex-wrap items-baseline justify-between gap-x-2">
        {text}
        <span className="text-ink-3 text-xs">
          {used.toLocaleString("en")} used, {percent(used, limit)}
        </span>
      </span>
      <span aria-hidden className="mt-1 block h-1 overflow-hidden rounded-xs bg-idle-soft">
        <span className={cn("block h-full", colour)} style={{ width: `${share * 100}%` }} />
      </span>
    </li>
  );
}

/** A use that rounds to nothing is still a use. */
function percent(used: number, limit: number): string {
  const whole = Math.floor((used / limit) * 100);
  return whole === 0 && used > 0 ? "< 1 %" : `${whole} %`;
}
