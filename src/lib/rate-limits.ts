import { RATE_LIMIT_WINDOW_NAMES, RATE_LIMIT_WINDOWS } from "@/contracts/keys";
import type { RateLimits } from "@/contracts/schemas/keys";

/** One limit as text, such as "10,000 / day". */
export function formatRateLimit(limit: number, unit: string): string {
  return `${limit.toLocaleString("en")} / ${unit}`;
}

/** The limits of a key, shortest window first, such as `["60 / min", "10,000 / day"]`. */
export function formatRateLimits(limits: RateLimits): string[] {
  return RATE_LIMIT_WINDOW_NAMES.flatMap((window) => {
    const limit = limits[window];
    return limit === undefined ? [] : [formatRateLimit(limit, RATE_LIMIT_WINDOWS[window].unit)];
  });
}
