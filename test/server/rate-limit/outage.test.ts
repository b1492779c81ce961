// @module-tag long
import { startProxy } from "@test/support/proxy";
import { startRedis } from "@test/support/redis";
import { startUpstashServer } from "@test/support/upstash-server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { createLogger } from "@/server/core/logger";
import { createLimiter, type Limiter, type LimiterEnv } from "@/server/rate-limit";
import { connectRedis } from "@/server/rate-limit/redis-connection";
import { newSubject } from "./fixtures";

const minute = (limit: number) => ({ name: "minute", limit, windowMs: MINUTE_MS });
const NONE = { REDIS_URL: undefined, UPSTASH_REDIS_REST_URL: undefined, UPSTASH_REDIS_REST_TOKEN: undefined };

/** Stops what a test has started, last first. */
const cleanUp: (() => unknown)[] = [];
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);

beforeEach(() => {
  process.on("unhandledRejection", noteUnhandled);
});
afterEach(async () => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
  await new Promise(setImmediate);
  process.off("unhandledRejection", noteUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

function setUp(env: Partial<LimiterEnv>) {
  let now = Date.UTC(2027, 0, 1);
  const lines: { level: string; msg: string; reason?: string }[] = [];
  const limiter = createLimiter({
    env: { ...NONE, ...env },
    clock: { now: () => new Date(now) },
    logger: createLogger("debug", { write: (line) => lines.push(JSON.parse(line)) }),
  });
  cleanUp.push(() => limiter.close());
  const advance = (ms: number) => {
    now += ms;
  };
  return { limiter, lines, advance, warnings: () => lines.filter(({ level }) => level === "warn") };
}

async function proxyForTest(target?: number) {
  const proxy = await startProxy(target);
  cleanUp.push(proxy.stop);
  return proxy;
}

/** A Redis that ends with the test. */
async function redisForTest(options: { port?: number } = {}) {
  const redis = await startRedis(options);
  cleanUp.push(() => redis.stop());
  return redis;
}

const degraded = async (limiter: Limiter) => (await limiter.consume(newSubject(), [minute(5)])).degraded;

/** Waits until the shared limiter decides: not asked once only, as on a busy machine one answer may take over 200 ms. */
async function decidedThere({ limiter, advance }: Pick<ReturnType<typeof setUp>, "limiter" | "advance">) {
  await vi.waitFor(
    async () => {
      advance(1_000);
      expect(await degraded(limiter)).toBe(false);
    },
    { timeout: 20_000 },
  );
}

/** Waits until a warning with this reason has been written, while calls go on being decided here. */
async function warnedOf(
  reason: string,
  { limiter, advance, warnings }: Pick<ReturnType<typeof setUp>, "limiter" | "advance" | "warnings">,
) {
  await vi.waitFor(
    async () => {
      advance(60_000);
      expect(await degraded(limiter)).toBe(true);
      expect(warnings().at(-1)?.reason).toContain(reason);
    },
    { timeout: 20_000 },
  );
}

test("without Redis this process decides alone, which is no outage", async () => {
  const { limiter, lines } = setUp({});
  expect(await limiter.consume("one", [minute(1)])).toMatchObject({ allowed: true, degraded: false });
  expect(await limiter.consume("one", [minute(1)])).toMatchObject({ allowed: false, degraded: false });
  await limiter.ping();
  expect(lines).toEqual([]);
});

describe.each([
  ["Redis", (port: number) => ({ REDIS_URL: `redis://127.0.0.1:${port}` })],
  [
    "Upstash",
    (port: number) => ({
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}`,
      UPSTASH_REDIS_REST_TOKEN: "token",
    }),
  ],
])("with a %s that accepts connections and never answers", (_, env) => {
  test("calls are decided in this process, and the limit holds", async () => {
    const { port } = await proxyForTest();
    const { limiter, warnings } = setUp(env(port));
    const decisions = [];
    for (let call = 0; call < 5; call += 1) decisions.push(await limiter.consume("one", [minute(3)]));
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
    expect(decisions.every((decision) => decision.degraded)).toBe(true);
    expect(await limiter.peek("one", [minute(3)])).toMatchObject({ allowed: false, degraded: true });
    expect(warnings()).toEqual([expect.objectContaining({ reason: "No answer within 200 ms" })]);
  });

  test("readiness says so", async () => {
    const { port } = await proxyForTest();
    const { limiter } = setUp(env(port));
    await expect(limiter.ping()).rejects.toThrow("No answer within 1000 ms");
  });
});

test("a shared limiter that does not answer is tried by one call a second, however many come", async () => {
  const { port, state } = await proxyForTest();
  const { limiter, advance } = setUp({
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}`,
    UPSTASH_REDIS_REST_TOKEN: "token",
  });
  const calls = () => Promise.all(Array.from({ length: 50 }, () => limiter.consume("one", [minute(1_000)])));
  await limiter.consume("one", [minute(1_000)]);
  await vi.waitFor(() => expect(state.requests).toBe(1));
  await calls();
  advance(999);
  await calls();
  expect(state.requests).toBe(1);
  advance(1);
  await calls();
  await calls();
  await vi.waitFor(() => expect(state.requests).toBe(2));
});

describe("with a real Redis", { tags: "redis-server" }, () => {
  test("a call made before the connection stands waits for it", async () => {
    const { url } = await redisForTest();
    const connection = connectRedis(url);
    cleanUp.push(() => connection.close());
    expect(await connection.redis.ping()).toBe("PONG");
  });

  test("an answer that has arrived counts, even if this process was held up for longer than the time-out", async () => {
    const { url } = await redisForTest();
    const { limiter } = setUp({ REDIS_URL: url });
    await limiter.ping();
    const decision = limiter.consume("one", [minute(5)]);
    // The client writes in an immediate; ours comes after it. Then nothing is read for a while, as in a long garbage
    // collection.
    await new Promise((resolve) => process.nextTick(resolve));
    await new Promise(setImmediate);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect(await decision).toMatchObject({ degraded: false });
  });

  test("that is away at the start, calls are decided here until it comes", async () => {
    const redis = await redisForTest();
    await redis.stop();
    const { limiter, advance, warnings } = setUp({ REDIS_URL: redis.url });
    await warnedOf("ECONNREFUSED", { limiter, advance, warnings });
    await expect(limiter.ping()).rejects.toThrow();
    await redisForTest({ port: redis.port });
    await decidedThere({ limiter, advance });
    await vi.waitFor(() => limiter.ping());
  });

  test("that stops, calls are decided here, and there again when it is back", async () => {
    const redis = await redisForTest();
    const { limiter, advance, lines } = setUp({ REDIS_URL: redis.url });
    await decidedThere({ limiter, advance });
    advance(60_000);
    lines.length = 0;
    await redis.stop();
    expect(await degraded(limiter)).toBe(true);
    await redisForTest({ port: redis.port });
    await vi.waitFor(() => limiter.ping(), { timeout: 20_000 });
    // Back, but not yet asked again.
    expect(await degraded(limiter)).toBe(true);
    await decidedThere({ limiter, advance });
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringContaining("does not answer"),
      expect.stringContaining("answers again"),
    ]);
  });

  test("that stays away, a warning is written once a minute", async () => {
    const redis = await redisForTest();
    await redis.stop();
    const { limiter, advance, warnings } = setUp({ REDIS_URL: redis.url });
    for (let second = 0; second < 120; second += 1) {
      expect(await degraded(limiter)).toBe(true);
      advance(1_000);
    }
    expect(warnings()).toHaveLength(2);
  });

  test("whose connection falls silent, the connection is replaced", async () => {
    const redis = await redisForTest();
    const { port, state } = await proxyForTest(redis.port);
    const { limiter, advance, warnings } = setUp({ REDIS_URL: `redis://127.0.0.1:${port}` });
    await decidedThere({ limiter, advance });
    expect(state.connections).toBe(1);
    state.mute = true;
    await warnedOf("No answer within 200 ms", { limiter, advance, warnings });
    state.mute = false;
    await decidedThere({ limiter, advance });
    expect(state.connections).toBeGreaterThan(1);
  });

  test("and a wrong token for Upstash, calls are decided here and the log has the reason but no token", async () => {
    const redis = await redisForTest();
    const server = await startUpstashServer({ redisUrl: redis.url });
    cleanUp.push(() => server.stop());
    const { limiter, advance, lines, warnings } = setUp({
      UPSTASH_REDIS_REST_URL: server.url,
      UPSTASH_REDIS_REST_TOKEN: "a-wrong-token",
    });
    await warnedOf("Unauthorized", { limiter, advance, warnings });
    expect(JSON.stringify(lines)).not.toContain("a-wrong-token");
  });

  test("and a wrong password for it, calls are decided here and the log has the reason but no password", async () => {
    const redis = await redisForTest();
    const { limiter, advance, lines, warnings } = setUp({
      REDIS_URL: redis.url.replace("//", "//someone:a-wrong-password@"),
    });
    await warnedOf("WRONGPASS", { limiter, advance, warnings });
    expect(JSON.stringify(lines)).not.toContain("a-wrong-password");
  });

  test("and Upstash configured as well, Upstash is used", async () => {
    const redis = await redisForTest();
    const server = await startUpstashServer({ redisUrl: redis.url });
    cleanUp.push(() => server.stop());
    const { limiter } = setUp({
      REDIS_URL: "redis://127.0.0.1:1",
      UPSTASH_REDIS_REST_URL: server.url,
      UPSTASH_REDIS_REST_TOKEN: server.token,
    });
    await vi.waitFor(() => limiter.ping());
    expect(server.requests.length).toBeGreaterThan(0);
  });
});
