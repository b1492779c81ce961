import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import type { Limiter, RatePolicy } from "@/server/rate-limit";
import { LIMITER_FIXTURES, newSubject } from "./fixtures";

const MIDNIGHT = Date.UTC(2027, 0, 1);

/** A step of a client's life: how long it waits, whether it looks or calls, and whether its limits were changed. */
const step = fc.record({
  subject: fc.nat(2),
  wait: fc.oneof(
    fc.constant({ kind: "none" as const }),
    fc.integer({ min: 1, max: 5_000 }).map((ms) => ({ kind: "ms" as const, ms })),
    // Around the end of the window of one of the policies, where rounding would show.
    fc.record({
      kind: fc.constant("boundary" as const),
      policy: fc.nat(2),
      offset: fc.integer({ min: -2, max: 2 }),
    }),
    fc.record({
      kind: fc.constant("windows" as const),
      policy: fc.nat(2),
      share: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
    fc.integer({ min: -1, max: 0 }).map((offset) => ({ kind: "retry" as const, offset })),
  ),
  limits: fc.nat(1),
  look: fc.boolean(),
});
const windowMs = fc.oneof(
  fc.constantFrom(MINUTE_MS, HOUR_MS, DAY_MS),
  fc.integer({ min: 20_000, max: 2 * DAY_MS }),
);
const life = fc.record({
  start: fc.integer({ min: MIDNIGHT, max: MIDNIGHT + 30 * DAY_MS }),
  windows: fc.uniqueArray(windowMs, { minLength: 1, maxLength: 3 }),
  limits: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 2,
  }),
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
});
type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;

function policiesOf({ windows, limits }: Life, choice: number): RatePolicy[] {
  return windows.map((length, position) => ({
    name: `policy-${position}`,
    limit: limits[choice]?.[position] ?? 1,
    windowMs: length,
  }));
}

function instantAfter(
  wait: Life["steps"][number]["wait"],
  now: number,
  windows: number[],
  retryAfterMs: number,
): number {
  switch (wait.kind) {
    case "none":
      return now;
    case "ms":
      return now + wait.ms;
    case "retry":
      return Math.max(now, now + retryAfterMs + wait.offset);
    default: {
      const length = windows[wait.policy % windows.length] ?? MINUTE_MS;
      if (wait.kind === "windows") return now + Math.floor(wait.share * length);
      return Math.max(now, (Math.floor(now / length) + 1) * length + wait.offset);
    }
  }
}

describe("on any timeline", () => {
  beforeEach(() => {
    // Only Date: sockets and time-outs go on in real time.
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const begin = async (fixture: (typeof LIMITER_FIXTURES)[number] | undefined): Promise<Limiter> => {
    if (!fixture) throw new Error("No such fixture");
    const { limiters, end } = await fixture.begin();
    onTestFinished(end);
    return limiters[0];
  };
  const [memory, ...shared] = LIMITER_FIXTURES;

  test("a lone client that waits as told is admitted, and a millisecond earlier it is not", async () => {
    const limiter = await begin(memory);
    await fc.assert(
      fc.asyncProperty(life, async (one) => {
        const subject = newSubject();
        let now = one.start;
        for (const { wait, limits } of one.steps) {
          const policies = policiesOf(one, limits);
          vi.setSystemTime(now);
          const { allowed, retryAfterMs } = await limiter.consume(subject, policies);
          expect(retryAfterMs > 0).toBe(!allowed);
          if (!allowed) {
            vi.setSystemTime(now + retryAfterMs - 1);
            expect((await limiter.peek(subject, policies)).allowed).toBe(false);
            vi.setSystemTime(now + retryAfterMs);
            expect((await limiter.peek(subject, policies)).allowed).toBe(true);
          }
          now = instantAfter(wait, now, one.windows, retryAfterMs);
        }
      }),
      { numRuns: 300 },
    );
  });

  describe.each(shared)("memory and @upstash/ratelimit $name", (fixture) => {
    test("take the same decisions", { tags: fixture.tags }, async () => {
      const ours = await begin(memory);
      const theirs = await begin(fixture);
      await fc.assert(
        fc.asyncProperty(life, async (one) => {
          const names = [newSubject(), newSubject(), newSubject()];
          let now = one.start;
          for (const { subject, wait, limits, look } of one.steps) {
            vi.setSystemTime(now);
            const asked = [names[subject] ?? "", policiesOf(one, limits)] as const;
            const decision = await (look ? ours.peek(...asked) : ours.consume(...asked));
            expect(decision).toEqual(await (look ? theirs.peek(...asked) : theirs.consume(...asked)));
            now = instantAfter(wait, now, one.windows, decision.retryAfterMs);
          }
        }),
        { numRuns: 100 },
      );
    });
  });
});
