import type { LimitDecision, PolicyState, RatePolicy } from "./limiter";
import { usedAt, type WindowCounts, waitMs, windowEnd } from "./sliding-window";

/** A policy with the counts it was found with, after whatever this call added to them. */
export interface Reading {
  policy: RatePolicy;
  counts: WindowCounts;
  /** What counting the call gave: passed or refused. Absent: the policy was only read. */
  passed?: boolean;
}

/** @throws RangeError for a limit or window that is not a whole number of at least 1. */
export function checkPolicies(policies: readonly RatePolicy[]): void {
  for (const { name, limit, windowMs } of policies) {
    for (const value of [limit, windowMs]) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RangeError(`Rate policy "${name}": ${value} is not a whole number of at least 1`);
      }
    }
  }
}

/** The order in which policies are counted; see {@link import("./limiter").Limiter.consume} for the reason. */
export function shortestFirst<Asked extends { policy: RatePolicy }>(
  asked: readonly Asked[],
): readonly Asked[] {
  // One of one, as most keys have it, needs no copy.
  if (asked.length < 2) return asked;
  return asked.toSorted((one, other) => one.policy.windowMs - other.policy.windowMs);
}

/**
 * The decision, from numbers alone. Applying it (counting, in one atomic step per policy) is the limiters' part.
 * @param readings In the order in which the caller gave the policies.
 * @param now Epoch milliseconds of the readings.
 */
export function decide(readings: readonly Reading[], now: number): LimitDecision {
  const policies = readings.map((reading) => stateOf(reading, now));
  const allowed = policies.every((state) => state.allowed);
  const retryAfterMs = allowed ? 0 : retryAfter(readings, now);
  return { decidedAt: now, allowed, retryAfterMs, policies, degraded: false };
}

/**
 * When a refused caller passes again, in whole seconds from the decision and rounded up, so that whoever waits that long
 * has waited long enough: `Retry-After` (RFC 9110, section 10.2.3), and `t` of the policies that stand against the call.
 */
export function retryAfterSeconds({ retryAfterMs }: LimitDecision): number {
  return Math.ceil(retryAfterMs / 1_000);
}

function stateOf({ policy, counts, passed }: Reading, now: number): PolicyState {
  const remaining = Math.max(0, policy.limit - usedAt(counts, policy.windowMs, now));
  return {
    name: policy.name,
    limit: policy.limit,
    windowMs: policy.windowMs,
    remaining,
    resetAt: windowEnd(now, policy.windowMs),
    allowed: passed ?? remaining > 0,
  };
}

/**
 * The policy that blocks longest decides. All are looked at, also those that let this call pass: a refused call may
 * have taken the last place in a shorter window, and that one then stands against the next attempt.
 */
function retryAfter(readings: readonly Reading[], now: number): number {
  const waits = readings.map(({ policy, counts }) => waitMs(policy.limit, policy.windowMs, counts, now));
  // At least 1: between a refusal in Redis and the reading of its counts a window may end, and 0 would mean "allowed".
  return Math.max(1, ...waits);
}
