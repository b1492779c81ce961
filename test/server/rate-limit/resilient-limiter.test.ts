import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import { createLogger } from "@/server/core/logger";
import type { LimitDecision, Limiter } from "@/server/rate-limit";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";
import { createResilientLimiter } from "@/server/rate-limit/resilient-limiter";

/*
 * The order of events here has to be exact: an answer that comes late, a probe that is still out. So the shared limiter
 * is one whose answers are given by hand; the real ones, over real connections, are in outage.test.ts.
 */

const minute = { name: "minute", limit: 5, windowMs: MINUTE_MS };
const ANSWER: LimitDecision = { decidedAt: 0, allowed: true, retryAfterMs: 0, policies: [], degraded: false };

interface Pending {
  answer(): void;
  fail(reason: Error): void;
}

function setUp() {
  let now = Date.UTC(2027, 0, 1);
  const clock = { now: () => new Date(now) };
  const asked: Pending[] = [];
  const closed: string[] = [];
  const ask = () =>
    new Promise<LimitDecision>((resolve, reject) => {
      asked.push({ answer: () => resolve(ANSWER), fail: reject });
    });
  const shared: Limiter = {
    consume: ask,
    peek: ask,
    ping: async () => {},
    close: async () => {
      closed.push("shared");
    },
  };
  const limiter = createResilientLimiter({
    shared,
    local: createMemoryLimiter({ clock }),
    clock,
    logger: createLogger("silent"),
  });
  const advance = (ms: number) => {
    now += ms;
  };
  return { limiter, asked, closed, advance, consume: () => limiter.consume("one", [minute]) };
}

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  process.on("unhandledRejection", noteUnhandled);
});
afterEach(() => {
  process.off("unhandledRejection", noteUnhandled);
});

test("a rejection that comes after the time-out is nobody's unhandled rejection", async () => {
  const { asked, consume } = setUp();
  expect(await consume()).toMatchObject({ degraded: true });
  asked[0]?.fail(new Error("too late"));
  await new Promise(setImmediate);
  expect(unhandled).toEqual([]);
});

test("an answer that comes after the time-out changes nothing", async () => {
  const { asked, consume } = setUp();
  expect(await consume()).toMatchObject({ degraded: true });
  asked[0]?.answer();
  expect(await consume()).toMatchObject({ degraded: true });
  expect(asked).toHaveLength(1);
});

test("while a probe is out, nobody else asks, however long it takes", async () => {
  const { asked, consume, advance } = setUp();
  const first = consume();
  asked[0]?.fail(new Error("away"));
  expect(await first).toMatchObject({ degraded: true });
  advance(1_000);
  const probe = consume();
  advance(10_000);
  expect(await consume()).toMatchObject({ degraded: true });
  expect(asked).toHaveLength(2);
  asked[1]?.answer();
  expect(await probe).toEqual(ANSWER);
});

test("once a probe has succeeded, everybody asks again", async () => {
  const { asked, consume, advance } = setUp();
  const first = consume();
  asked[0]?.fail(new Error("away"));
  await first;
  advance(1_000);
  const probe = consume();
  asked[1]?.answer();
  await probe;
  const calls = [consume(), consume()];
  expect(asked).toHaveLength(4);
  for (const one of asked) one.answer();
  expect(await Promise.all(calls)).toEqual([ANSWER, ANSWER]);
});

test("a clock that is set back does not lengthen the pause", async () => {
  const { asked, consume, advance } = setUp();
  const first = consume();
  asked[0]?.fail(new Error("away"));
  await first;
  advance(-HOUR_MS);
  const probe = consume();
  asked[1]?.answer();
  expect(await probe).toEqual(ANSWER);
});

test("a policy that makes no sense is the caller's error, not a failure of Redis", async () => {
  const { limiter, asked, consume } = setUp();
  await expect(limiter.consume("one", [{ ...minute, limit: 0 }])).rejects.toThrow(RangeError);
  expect(asked).toHaveLength(0);
  const next = consume();
  asked[0]?.answer();
  expect(await next).toEqual(ANSWER);
});

test("close lets go of the shared limiter", async () => {
  const { limiter, closed } = setUp();
  await limiter.close();
  expect(closed).toEqual(["shared"]);
});
