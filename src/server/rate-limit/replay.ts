import { checkPolicies, shortestFirst } from "./decision";
import type { RatePolicy } from "./limiter";
import { usedAt, type WindowCounts, windowIndex } from "./sliding-window";

/**
 * How many calls of one subject the policies would have refused, decided call by call as the limiters decide: the
 * shortest window first, and what it refuses is not counted in the longer ones.
 * @param times Epoch milliseconds, in order. Counting starts from nothing with the first.
 */
export function countRefused(times: Iterable<number>, policies: readonly RatePolicy[]): number {
  checkPolicies(policies);
  const counters = shortestFirst(policies.map((policy) => ({ policy, index: 0, current: 0, previous: 0 })));
  let refused = 0;
  for (const now of times) {
    for (const counter of counters) {
      const { limit, windowMs } = counter.policy;
      advance(counter, windowIndex(now, windowMs));
      if (usedAt(counter, windowMs, now) >= limit) {
        refused += 1;
        break;
      }
      counter.current += 1;
    }
  }
  return refused;
}

/** Moves on to the window `index`, in which the one before it is the previous. */
function advance(counter: WindowCounts & { index: number }, index: number): void {
  if (counter.index === index) return;
  counter.previous = counter.index === index - 1 ? counter.current : 0;
  counter.current = 0;
  counter.index = index;
}
