import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createClient } from "@redis/client";
import { startProxy } from "@test/support/proxy";
import { startRedis, type TestRedis } from "@test/support/redis";
import { startUpstashServer, type UpstashServer } from "@test/support/upstash-server";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import { MeasuredClock } from "@/server/database/database-clock";
import type { Limiter } from "@/server/rate-limit";
import { connectRedis, connectUpstash, type RedisConnection } from "@/server/rate-limit/redis-connection";
import { usedAt, waitMs, windowIndex } from "@/server/rate-limit/sliding-window";
import { createUpstashLimiter } from "@/server/rate-limit/upstash-limiter";
import { DATE, newSubject } from "./fixtures";

const minute = { name: "minute", limit: 5, windowMs: MINUTE_MS };

/** The longest is the one that refuses, so that all are asked. */
const fourWindows = [
  { name: "second", limit: 100, windowMs: 1_000 },
  { name: "minute", limit: 100, windowMs: MINUTE_MS },
  { name: "hour", limit: 100, windowMs: HOUR_MS },
  { name: "day", limit: 2, windowMs: DAY_MS },
];

describe("the shared limiter", { tags: "redis-server" }, () => {
  let redis: TestRedis;
  let connection: RedisConnection;
  let limiter: Limiter;
  const admin = () => createClient({ url: redis.url, RESP: 2 }).connect();

  beforeAll(async () => {
    redis = await startRedis();
    connection = connectRedis(redis.url);
    limiter = createUpstashLimiter(connection, DATE);
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(async () => {
    await limiter.close();
    await redis.stop();
  });

  test("two processes whose clocks are days apart never exceed a limit together, once they have met Postgres' clock", async () => {
    // Days, and a limit per day, so that no window ends while this runs.
    const clocks = [0, -3 * DAY_MS].map((off) => new MeasuredClock(undefined, () => Date.now() + off));
    for (const clock of clocks) clock.readAt(Date.now(), performance.now());
    const policy = { name: "day", limit: 10, windowMs: DAY_MS };
    const subject = newSubject();
    const asked = clocks.flatMap((clock) => {
      const limiter = createUpstashLimiter(connection, clock);
      return Array.from({ length: policy.limit }, () => limiter.consume(subject, [policy]));
    });
    const decisions = await Promise.all(asked);
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(policy.limit);
    const left = decisions.filter(({ allowed }) => allowed).map(({ policies: [state] }) => state?.remaining);
    expect(left.sort((one, other) => Number(one) - Number(other))).toEqual([...Array(policy.limit).keys()]);
  });

  test("our arithmetic is the library's, to the last bit, for counts into the millions", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const situation = fc.record({
      now: fc.integer({ min: Date.UTC(2027, 0, 1), max: Date.UTC(2028, 0, 1) }),
      windowMs: fc.oneof(
        fc.constantFrom(60_000, HOUR_MS, DAY_MS),
        fc.integer({ min: 20_000, max: 100_000_000 }),
      ),
      counts: fc.record({ current: fc.nat(1_000_000), previous: fc.nat(2_000_000) }),
      // The limit lies so near to the use that an error of one would turn the decision.
      distance: fc.integer({ min: -1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(situation, async ({ now, windowMs, counts, distance }) => {
        vi.setSystemTime(now);
        const used = usedAt(counts, windowMs, now);
        const limit = Math.max(1, used + distance);
        const subject = newSubject();
        const index = windowIndex(now, windowMs);
        const key = `keyward:{${subject}}:any:${windowMs}`;
        await connection.redis.mset({
          [`${key}:${index}`]: counts.current,
          [`${key}:${index - 1}`]: counts.previous,
        });
        const decision = await limiter.consume(subject, [{ name: "any", limit, windowMs }]);
        expect(decision.allowed).toBe(used < limit);
        expect(decision.policies[0]?.remaining).toBe(Math.max(0, limit - used - 1));
        expect(decision.retryAfterMs).toBe(waitMs(limit, windowMs, counts, now));
      }),
      { numRuns: 300 },
    );
  });

  test("counters are kept under keyward: and expire by themselves", async () => {
    const client = await admin();
    await client.flushAll();
    await limiter.consume("key:key_1", [minute]);
    const keys = await client.keys("*");
    expect(keys).toEqual([expect.stringMatching(/^keyward:\{key:key_1\}:minute:60000:\d+$/)]);
    expect(await client.pTTL(keys[0] ?? "")).toBeGreaterThan(60_000);
    client.destroy();
  });

  test("a decision over four windows is one command, admitted or refused, and after a SCRIPT FLUSH two once", async () => {
    const client = await admin();
    const calls = async () => {
      const stats = String(await client.sendCommand(["INFO", "commandstats"]));
      // What a script asks for itself is in the statistics too; it costs no round trip.
      const called = (name: string) =>
        Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
      return { evalsha: called("evalsha"), eval: called("eval") };
    };
    await client.sendCommand(["SCRIPT", "FLUSH"]);
    await client.sendCommand(["CONFIG", "RESETSTAT"]);
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.stop());
    const counted = createUpstashLimiter(connectRedis(`redis://127.0.0.1:${proxy.port}`), DATE);
    onTestFinished(() => counted.close());
    await counted.consume(newSubject(), fourWindows);
    expect(await calls()).toEqual({ evalsha: 1, eval: 1 });
    const before = proxy.state.requests;
    const subject = newSubject();
    const passed: boolean[] = [];
    for (let call = 0; call < 4; call += 1)
      passed.push((await counted.consume(subject, fourWindows)).allowed);
    expect(passed).toEqual([true, true, false, false]);
    expect(proxy.state.requests - before).toBe(4);
    expect(await calls()).toEqual({ evalsha: 5, eval: 1 });
    client.destroy();
  });

  test("ping succeeds where a decision would", async () => {
    await expect(limiter.ping()).resolves.toBeUndefined();
  });

  test("ping fails on a Redis that answers but may not be written to", async () => {
    const replica = await startRedis();
    const client = await createClient({ url: replica.url }).connect();
    await client.sendCommand(["REPLICAOF", "127.0.0.1", String(redis.port)]);
    const readOnly = createUpstashLimiter(connectRedis(replica.url), DATE);
    await expect(readOnly.ping()).rejects.toThrow(/READONLY/);
    await readOnly.close();
    client.destroy();
    await replica.stop();
  });

  describe("over HTTP", () => {
    let server: UpstashServer;

    beforeAll(async () => {
      server = await startUpstashServer({ redisUrl: redis.url });
    });
    afterAll(() => server.stop());

    test("simultaneous decisions share requests", async () => {
      const overHttp = createUpstashLimiter(connectUpstash(server.url, server.token), DATE);
      await overHttp.ping();
      const before = server.requests.length;
      await Promise.all(Array.from({ length: 100 }, () => overHttp.consume(newSubject(), [minute])));
      expect(server.requests.length - before).toBeLessThan(10);
    });

    test("a decision over four windows is one request, admitted or refused", async () => {
      const overHttp = createUpstashLimiter(connectUpstash(server.url, server.token), DATE);
      await overHttp.ping();
      const before = server.requests.length;
      const subject = newSubject();
      const passed: boolean[] = [];
      for (let call = 0; call < 4; call += 1)
        passed.push((await overHttp.consume(subject, fourWindows)).allowed);
      expect(passed).toEqual([true, true, false, false]);
      expect(server.requests.length - before).toBe(4);
    });

    test("nothing about the installation is told to Upstash", () => {
      const names = server.requests.flatMap(({ headers }) => Object.keys(headers));
      expect(names.filter((name) => name.includes("telemetry"))).toEqual([]);
    });

    test("a refused token is an error, for decisions and for ping", async () => {
      const wrong = createUpstashLimiter(connectUpstash(server.url, "wrong"), DATE);
      await expect(wrong.consume(newSubject(), [minute])).rejects.toThrow(/Unauthorized/);
      await expect(wrong.ping()).rejects.toThrow(/Unauthorized/);
    });
  });
});

describe("an Upstash that is out of order", () => {
  async function start(onRequest: (socket: Socket) => void) {
    const state = { requests: 0, unanswered: 0 };
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => {
        state.requests += 1;
        state.unanswered += 1;
        socket.on("close", () => {
          state.unanswered -= 1;
        });
        onRequest(socket);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return {
      state,
      limiter: createUpstashLimiter(connectUpstash(`http://127.0.0.1:${port}`, "token"), DATE),
    };
  }

  test("is not asked a second time for the same decision", async () => {
    const { state, limiter } = await start((socket) => socket.destroy());
    await expect(limiter.consume(newSubject(), [minute])).rejects.toThrow();
    expect(state.requests).toBe(1);
  });

  test("does not collect open requests when it swallows them", async () => {
    const { state, limiter } = await start(() => {});
    await expect(limiter.consume(newSubject(), [minute])).rejects.toThrow(/timeout/);
    await vi.waitFor(() => expect(state.unanswered).toBe(0));
  });
});
