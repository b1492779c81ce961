import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";

const SECOND_MS = 1_000;

/** Largest unit first; `until` is where the next larger unit takes over. */
const STEPS = [
  { until: MINUTE_MS, size: SECOND_MS, one: "s", many: "s" },
  { until: HOUR_MS, size: MINUTE_MS, one: "min", many: "min" },
  { until: DAY_MS, size: HOUR_MS, one: "h", many: "h" },
  { until: 100 * DAY_MS, size: DAY_MS, one: "day", many: "days" },
  { until: 730 * DAY_MS, size: 30.4375 * DAY_MS, one: "month", many: "months" },
  { until: Number.POSITIVE_INFINITY, size: 365.25 * DAY_MS, one: "year", many: "years" },
] as const;

/**
 * "12 s ago", "in 5 days", "now". What is past is rounded down, so that nothing is called older than it is; what is to
 * come is rounded to the nearest, so that an expiry chosen as 30 days does not read "in 29 days" a second later.
 */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 5 * SECOND_MS) return "now";
  const step = STEPS.find(({ until }) => distance < until) ?? STEPS[5];
  const round = at <= now ? Math.floor : Math.round;
  const count = Math.max(1, round(distance / step.size));
  const amount = `${count} ${count === 1 ? step.one : step.many}`;
  return at <= now ? `${amount} ago` : `in ${amount}`;
}
