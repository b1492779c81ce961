import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import {
  checkPolicies,
  decide,
  type Reading,
  retryAfterSeconds,
  shortestFirst,
} from "@/server/rate-limit/decision";

const START = Date.UTC(2027, 0, 1);

function reading(
  current: number,
  facts: Partial<Reading> & { limit?: number; windowMs?: number } = {},
): Reading {
  const { limit = 10, windowMs = MINUTE_MS, passed } = facts;
  const policy = { name: "one", limit, windowMs };
  return { policy, counts: { current, previous: 0 }, ...(passed === undefined ? {} : { passed }) };
}

describe("A policy that was only read", () => {
  test.each([
    [0, 10, true],
    [9, 1, true],
    [10, 0, false],
    // The limit was lowered meanwhile.
    [25, 0, false],
  ])("with %d of 10 used has %d left, and allows a call: %s", (current, remaining, allowed) => {
    const { policies, ...decision } = decide([reading(current)], START + 5_000);
    expect(policies).toEqual([
      { name: "one", limit: 10, windowMs: MINUTE_MS, remaining, resetAt: START + MINUTE_MS, allowed },
    ]);
    expect(decision.allowed).toBe(allowed);
    expect(decision.degraded).toBe(false);
  });
});

describe("A decision", () => {
  test("goes by what counting gave, not by what is left: the call that takes the last place passes", () => {
    expect(decide([reading(10, { passed: true })], START)).toMatchObject({ allowed: true, retryAfterMs: 0 });
    expect(decide([reading(3, { passed: false })], START)).toMatchObject({ allowed: false });
  });

  test("needs every policy, and none where there is none", () => {
    const all = [
      reading(1),
      reading(10, { windowMs: 2 * MINUTE_MS }),
      reading(1, { windowMs: 3 * MINUTE_MS }),
    ];
    expect(decide(all, START).policies.map(({ allowed }) => allowed)).toEqual([true, false, true]);
    expect(decide(all, START).allowed).toBe(false);
    const allowed = { decidedAt: START, allowed: true, retryAfterMs: 0, policies: [], degraded: false };
    expect(decide([], START)).toEqual(allowed);
  });

  test("that refuses waits for the policy that blocks longest, and for a millisecond at least", () => {
    const both = [reading(10), reading(10, { windowMs: 5 * MINUTE_MS })];
    expect(decide(both, START).retryAfterMs).toBe(5 * MINUTE_MS + 1);
    expect(decide(both.toReversed(), START).retryAfterMs).toBe(5 * MINUTE_MS + 1);
    // Counting refused, and by the time the counts were read the window had ended.
    expect(decide([reading(0, { passed: false })], START).retryAfterMs).toBe(1);
  });

  test.each([
    [1, 1],
    [999, 1],
    [1_000, 1],
    [1_001, 2],
    [40_001, 41],
  ])("to wait %d ms is told as %d s: who waits that long has waited long enough", (retryAfterMs, seconds) => {
    const decision = { decidedAt: START, allowed: false, retryAfterMs, policies: [], degraded: false };
    expect(retryAfterSeconds(decision)).toBe(seconds);
  });
});

test("The shortest window is counted first, and those that were given stay in their order", () => {
  const given = [reading(0, { windowMs: 3 }), reading(0, { windowMs: 1 }), reading(0, { windowMs: 2 })];
  expect(shortestFirst(given).map(({ policy }) => policy.windowMs)).toEqual([1, 2, 3]);
  expect(given.map(({ policy }) => policy.windowMs)).toEqual([3, 1, 2]);
});

describe("A policy", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("is never of %d", (value) => {
    const message = `Rate policy "x": ${value} is not a whole number of at least 1`;
    expect(() => checkPolicies([{ name: "x", limit: value, windowMs: 1 }])).toThrow(new RangeError(message));
    expect(() => checkPolicies([{ name: "x", limit: 1, windowMs: value }])).toThrow(new RangeError(message));
  });

  test("may be of 1", () => {
    expect(() => checkPolicies([{ name: "x", limit: 1, windowMs: 1 }])).not.toThrow();
  });
});
