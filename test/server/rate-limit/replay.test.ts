import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";
import { keyPolicies } from "@/server/rate-limit/policies";
import { countRefused } from "@/server/rate-limit/replay";

const steps = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 200 });
const limits = fc.record({
  minute: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  hour: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  day: fc.integer({ min: 1, max: 150 }),
});

test("Past calls are refused exactly as often as the limiter refuses them one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(steps, limits, async (gaps, rateLimits) => {
      // The day's boundary lies within reach of the longer sequences.
      let now = Date.parse("2023-11-23T23:30:00.000Z");
      const times = gaps.map((gap) => (now += gap));
      const policies = keyPolicies(rateLimits);
      const limiter = createMemoryLimiter({ clock: { now: () => new Date(now) } });
      let refused = 0;
      for (const time of times) {
        now = time;
        if (!(await limiter.consume("key", policies)).allowed) refused += 1;
      }
      expect(countRefused(times, policies)).toBe(refused);
    }),
    { numRuns: 300 },
  );
});

test("Without calls nothing is refused, and without a limit neither", () => {
  expect(countRefused([], keyPolicies({ minute: 1 }))).toBe(0);
  expect(countRefused([1, 1, 1], [])).toBe(0);
});
