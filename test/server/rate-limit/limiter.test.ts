import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import type { LimitDecision, Limiter, RatePolicy } from "@/server/rate-limit";
import { LIMITER_FIXTURES, type LimiterFixture, newSubject } from "./fixtures";

const MIDNIGHT = Date.UTC(2027, 0, 1);

const minute = (limit: number): RatePolicy => ({ name: "minute", limit, windowMs: MINUTE_MS });
const hour = (limit: number): RatePolicy => ({ name: "hour", limit, windowMs: HOUR_MS });
const day = (limit: number): RatePolicy => ({ name: "day", limit, windowMs: DAY_MS });

const remaining = (decision: LimitDecision) => decision.policies.map((policy) => policy.remaining);
const allowed = (decision: LimitDecision) => decision.policies.map((policy) => policy.allowed);

describe.each(LIMITER_FIXTURES)("counting $name", ({ tags, begin }) => {
  describe("", { tags }, () => {
    let fixture: LimiterFixture;
    let limiter: Limiter;

    beforeAll(async () => {
      // Only Date: sockets and time-outs go on in real time.
      vi.useFakeTimers({ toFake: ["Date"], now: MIDNIGHT });
      fixture = await begin();
      [limiter] = fixture.limiters;
    });
    beforeEach(() => {
      vi.setSystemTime(MIDNIGHT);
    });
    afterAll(async () => {
      vi.useRealTimers();
      await fixture.end();
    });

    test("an admitted call is counted and told what is left", async () => {
      const subject = newSubject();
      vi.setSystemTime(MIDNIGHT + 1_234);
      await limiter.consume(subject, [minute(3)]);
      expect(await limiter.consume(subject, [minute(3)])).toEqual({
        allowed: true,
        retryAfterMs: 0,
        decidedAt: MIDNIGHT + 1_234,
        policies: [
          {
            name: "minute",
            limit: 3,
            windowMs: MINUTE_MS,
            remaining: 1,
            resetAt: MIDNIGHT + MINUTE_MS,
            allowed: true,
          },
        ],
        degraded: false,
      });
    });

    test("a refused call is told when to come back, and then it is admitted", async () => {
      const subject = newSubject();
      await limiter.consume(subject, [minute(1)]);
      vi.setSystemTime(MIDNIGHT + 20_000);
      const refused = await limiter.consume(subject, [minute(1)]);
      expect(refused).toMatchObject({ allowed: false, retryAfterMs: 40_001, degraded: false });
      expect(refused.policies).toMatchObject([
        { remaining: 0, allowed: false, resetAt: MIDNIGHT + MINUTE_MS },
      ]);
      vi.setSystemTime(MIDNIGHT + MINUTE_MS);
      expect(await limiter.consume(subject, [minute(1)])).toMatchObject({ allowed: false, retryAfterMs: 1 });
      vi.setSystemTime(MIDNIGHT + MINUTE_MS + 1);
      expect(await limiter.consume(subject, [minute(1)])).toMatchObject({ allowed: true });
    });

    test("no policy allows", async () => {
      const decision = { decidedAt: MIDNIGHT, allowed: true, retryAfterMs: 0, policies: [], degraded: false };
      expect(await limiter.consume(newSubject(), [])).toEqual(decision);
      expect(await limiter.peek(newSubject(), [])).toEqual(decision);
    });

    test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      "a limit or window of %d is an error",
      async (value) => {
        await expect(limiter.consume(newSubject(), [minute(value)])).rejects.toThrow(RangeError);
        await expect(limiter.peek(newSubject(), [{ ...minute(1), windowMs: value }])).rejects.toThrow(
          RangeError,
        );
      },
    );

    test("200 simultaneous calls of two processes against 50 admit exactly 50", async () => {
      const subject = newSubject();
      const decisions = await Promise.all(
        Array.from({ length: 200 }, (_, call) =>
          fixture.limiters[call % 2 === 0 ? 0 : 1].consume(subject, [minute(50)]),
        ),
      );
      expect(decisions.filter((decision) => decision.allowed)).toHaveLength(50);
    });

    test("subjects do not share a limit", async () => {
      await limiter.consume(newSubject(), [minute(1)]);
      expect(await limiter.consume(newSubject(), [minute(1)])).toMatchObject({ allowed: true });
    });

    test("policies of different names do not share a counter, even with the same window", async () => {
      const subject = newSubject();
      await limiter.consume(subject, [minute(1)]);
      expect(await limiter.consume(subject, [{ ...minute(1), name: "other" }])).toMatchObject({
        allowed: true,
      });
    });

    test("a look does not count", async () => {
      const subject = newSubject();
      expect(remaining(await limiter.peek(subject, [minute(2)]))).toEqual([2]);
      expect(remaining(await limiter.peek(subject, [minute(2)]))).toEqual([2]);
      await limiter.consume(subject, [minute(2)]);
      await limiter.consume(subject, [minute(2)]);
      const full = await limiter.peek(subject, [minute(2)]);
      expect(full).toMatchObject({ allowed: false, retryAfterMs: MINUTE_MS + 1 });
      expect(full).toEqual(await limiter.consume(subject, [minute(2)]));
    });

    test("a new limit applies to the next call, raised or lowered", async () => {
      const subject = newSubject();
      await limiter.consume(subject, [minute(2)]);
      await limiter.consume(subject, [minute(2)]);
      expect(await limiter.consume(subject, [minute(2)])).toMatchObject({ allowed: false });
      expect(await limiter.consume(subject, [minute(3)])).toMatchObject({ allowed: true });
      const lowered = await limiter.consume(subject, [minute(1)]);
      expect(lowered.allowed).toBe(false);
      vi.setSystemTime(MIDNIGHT + lowered.retryAfterMs - 1);
      expect(await limiter.peek(subject, [minute(1)])).toMatchObject({ allowed: false });
      vi.setSystemTime(MIDNIGHT + lowered.retryAfterMs);
      expect(await limiter.consume(subject, [minute(1)])).toMatchObject({ allowed: true });
    });

    test("states come in the order in which the policies were given", async () => {
      const decision = await limiter.consume(newSubject(), [day(3), minute(1), hour(2)]);
      expect(decision.policies.map((policy) => policy.name)).toEqual(["day", "minute", "hour"]);
      expect(remaining(decision)).toEqual([2, 0, 1]);
    });

    test("a call refused by its shortest window uses up none of the longer ones", async () => {
      const subject = newSubject();
      const policies = [day(100), hour(50), minute(1)];
      await limiter.consume(subject, policies);
      for (let call = 0; call < 5; call += 1) {
        const refused = await limiter.consume(subject, policies);
        expect(remaining(refused)).toEqual([99, 49, 0]);
        expect(allowed(refused)).toEqual([true, true, false]);
      }
    });

    test("a refusal names every policy that stands against the call, and waits for the one that blocks longest", async () => {
      const subject = newSubject();
      const policies = [minute(1), hour(10), day(1)];
      await limiter.consume(subject, policies);
      const refused = await limiter.consume(subject, policies);
      expect(allowed(refused)).toEqual([false, true, false]);
      expect(refused.retryAfterMs).toBe(DAY_MS + 1);
    });

    test("the wait covers a shorter window that the refused call itself has filled", async () => {
      const subject = newSubject();
      const policies = [minute(1), hour(1)];
      await limiter.consume(subject, policies);
      // One millisecond before the hour lets the next call pass.
      vi.setSystemTime(MIDNIGHT + HOUR_MS);
      const refused = await limiter.consume(subject, policies);
      expect(allowed(refused)).toEqual([true, false]);
      expect(refused.retryAfterMs).toBe(MINUTE_MS + 1);
      vi.setSystemTime(MIDNIGHT + HOUR_MS + refused.retryAfterMs);
      expect(await limiter.consume(subject, policies)).toMatchObject({ allowed: true });
    });
  });
});
