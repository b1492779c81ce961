import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import { usedAt, waitMs, windowEnd } from "@/server/rate-limit/sliding-window";

const START = Date.UTC(2027, 0, 1);

const situation = fc.record({
  now: fc.integer({ min: START, max: START + 10 * DAY_MS }),
  windowMs: fc.oneof(
    fc.constantFrom(1, 2, MINUTE_MS, 60 * MINUTE_MS, 1_440 * MINUTE_MS),
    fc.integer({ min: 1, max: 100_000_000 }),
  ),
  limit: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 1_000_000 })),
  counts: fc.record({ current: fc.nat(2_000_000), previous: fc.nat(2_000_000) }),
});

/** The use after `later` milliseconds in which nothing was called. */
function usedLater(
  { now, windowMs, counts }: Pick<Situation, "now" | "windowMs" | "counts">,
  later: number,
): number {
  const windows = Math.floor((now + later) / windowMs) - Math.floor(now / windowMs);
  if (windows > 1) return 0;
  return usedAt(windows === 1 ? { current: 0, previous: counts.current } : counts, windowMs, now + later);
}
type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;

describe("the use of a window", () => {
  test("counts the current window whole and the previous one by the share still covered", () => {
    expect(usedAt({ current: 3, previous: 10 }, MINUTE_MS, START)).toBe(13);
    expect(usedAt({ current: 3, previous: 10 }, MINUTE_MS, START + 15_000)).toBe(10);
    expect(usedAt({ current: 3, previous: 10 }, MINUTE_MS, START + 30_000)).toBe(8);
    expect(usedAt({ current: 3, previous: 10 }, MINUTE_MS, START + 59_999)).toBe(3);
  });
});

describe("the time to wait", () => {
  test("is nothing while there is a place", () => {
    expect(waitMs(10, MINUTE_MS, { current: 9, previous: 0 }, START)).toBe(0);
  });

  test("ends one millisecond after the window, as at its end itself the window still counts in full", () => {
    const counts = { current: 60, previous: 0 };
    expect(waitMs(60, MINUTE_MS, counts, START + 20_000)).toBe(40_001);
    expect(usedLater({ now: START + 20_000, windowMs: MINUTE_MS, counts }, 40_000)).toBe(60);
  });

  test("ends within the window where calls of the previous one are what stands in the way", () => {
    // floor(7.5) and 3 fill the limit, until fewer than 7 of the 10 are covered: after 30 % of the window.
    expect(waitMs(10, MINUTE_MS, { current: 3, previous: 10 }, START + 15_000)).toBe(3_001);
  });

  test("covers a limit that was lowered far below what is already used", () => {
    // Nine tenths of the next window until fewer than 100 of the 1000 are covered. On paper exactly 100 are covered then
    // and one more millisecond is needed; but 1 - 0.9 is a little less than 0.1 in doubles, so Redis admits at once.
    expect(waitMs(100, MINUTE_MS, { current: 1_000, previous: 0 }, START)).toBe(MINUTE_MS + 54_000);
  });

  test("is exact: the caller passes after it, and never a millisecond earlier", () => {
    fc.assert(
      fc.property(situation, (one) => {
        const wait = waitMs(one.limit, one.windowMs, one.counts, one.now);
        expect(usedLater(one, wait)).toBeLessThan(one.limit);
        if (wait > 0) expect(usedLater(one, wait - 1)).toBeGreaterThanOrEqual(one.limit);
        expect(wait).toBeLessThanOrEqual(windowEnd(one.now, one.windowMs) + one.windowMs - one.now);
      }),
      { numRuns: 2_000 },
    );
  });

  test("rests on a use that never rises while nothing is called", () => {
    fc.assert(
      fc.property(situation, fc.nat(200_000_000), fc.nat(200_000_000), (one, sooner, more) => {
        expect(usedLater(one, sooner + more)).toBeLessThanOrEqual(usedLater(one, sooner));
      }),
      { numRuns: 2_000 },
    );
  });
});
