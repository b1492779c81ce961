import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { redisAvailable, startRedis } from "@test/support/redis";
import { startUpstashServer } from "@test/support/upstash-server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLogger } from "@/server/core/logger";
import { createLimiter, type Limiter, type LimiterEnv } from "@/server/rate-limit";
import { newSubject } from "./worlds";

const minute = (limit: number) => ({ name: "minute", limit, windowMs: 60_000 });
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
  const lines: { level: number; msg: string; reason?: string }[] = [];
  const limiter = createLimiter({
    env: { ...NONE, ...env },
    clock: { now: () => new Date(now) },
    logger: createLogger("debug", { write: (line) => lines.push(JSON.parse(line)) }),
  });
  cleanUp.push(() => limiter.close());
  const advance = (ms: number) => {
    now += ms;
  };
  return { limiter, lines, advance, warnings: () => lines.filter(({ level }) => level === 40) };
}

/** A TCP server in front of nothing, or of a Redis, whose answers can be switched off. */
async function startProxy(target?: number) {
  const state = { mute: target === undefined, connections: 0, requests: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    state.connections += 1;
    sockets.add(client);
    client.on("error", () => {});
    client.on("data", () => {
      state.requests += 1;
    });
    if (target === undefined) return;
    const upstream = connect(target, "127.0.0.1");
    sockets.add(upstream);
    upstream.on("error", () => {});
    // A muted connection stays dead, as that of a vanished host does; a new one works when the mute has ended.
    let dead = false;
    client.on("data", (data) => {
      dead ||= state.mute;
      if (!dead) upstream.write(data);
    });
    upstream.on("data", (data) => {
      dead ||= state.mute;
      if (!dead) client.write(data);
    });
    client.on("close", () => upstream.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { state, port: (server.address() as AddressInfo).port };
}

/** A Redis that ends with the test. */
async function redisForTest(options: { port?: number } = {}) {
  const redis = await startRedis(options);
  cleanUp.push(() => redis.stop());
  return redis;
}

const degraded = async (limiter: Limiter) => (await limiter.consume(newSubject(), [minute(5)])).degraded;

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
    const { port } = await startProxy();
    const { limiter, warnings } = setUp(env(port));
    const decisions = [];
    for (let call = 0; call < 5; call += 1) decisions.push(await limiter.consume("one", [minute(3)]));
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
    expect(decisions.every((decision) => decision.degraded)).toBe(true);
    expect(await limiter.peek("one", [minute(3)])).toMatchObject({ allowed: false, degraded: true });
    expect(warnings()).toEqual([expect.objectContaining({ reason: "No answer within 200 ms" })]);
  });

  test("readiness says so", async () => {
    const { port } = await startProxy();
    const { limiter } = setUp(env(port));
    await expect(limiter.ping()).rejects.toThrow("No answer within 1000 ms");
  });
});

test("a shared limiter that does not answer is tried by one call a second, however many come", async () => {
  const { port, state } = await startProxy();
  const { limiter, advance } = setUp({
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}`,
    UPSTASH_REDIS_REST_TOKEN: "token",
  });
  const calls = () => Promise.all(Array.from({ length: 50 }, () => limiter.consume("one", [minute(1_000)])));
  await limiter.consume("one", [minute(1_000)]);
  expect(state.requests).toBe(1);
  await calls();
  advance(999);
  await calls();
  expect(state.requests).toBe(1);
  advance(1);
  await calls();
  await calls();
  expect(state.requests).toBe(2);
});

describe.skipIf(!redisAvailable())("with a real Redis", () => {
  test("the first call after the start is decided there already", async () => {
    const { url } = await redisForTest();
    const { limiter, lines } = setUp({ REDIS_URL: url });
    expect(await degraded(limiter)).toBe(false);
    expect(lines).toEqual([]);
  });

  test("that is away at the start, calls are decided here until it comes", async () => {
    const redis = await redisForTest();
    await redis.stop();
    const { limiter, advance, warnings } = setUp({ REDIS_URL: redis.url });
    expect(await degraded(limiter)).toBe(true);
    await expect(limiter.ping()).rejects.toThrow();
    expect(warnings()).toHaveLength(1);
    await redisForTest({ port: redis.port });
    await vi.waitFor(() => limiter.ping(), { timeout: 20_000 });
    advance(1_000);
    expect(await degraded(limiter)).toBe(false);
  });

  test("that stops, calls are decided here, and there again when it is back", async () => {
    const redis = await redisForTest();
    const { limiter, advance, lines } = setUp({ REDIS_URL: redis.url });
    expect(await degraded(limiter)).toBe(false);
    await redis.stop();
    expect(await degraded(limiter)).toBe(true);
    await redisForTest({ port: redis.port });
    await vi.waitFor(() => limiter.ping(), { timeout: 20_000 });
    expect(await degraded(limiter)).toBe(true);
    advance(1_000);
    expect(await degraded(limiter)).toBe(false);
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
    const { port, state } = await startProxy(redis.port);
    const { limiter, advance, warnings } = setUp({ REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(await degraded(limiter)).toBe(false);
    state.mute = true;
    expect(await degraded(limiter)).toBe(true);
    expect(warnings()).toEqual([expect.objectContaining({ reason: "No answer within 200 ms" })]);
    state.mute = false;
    await vi.waitFor(() => limiter.ping(), { timeout: 20_000 });
    expect(state.connections).toBe(2);
    advance(1_000);
    expect(await degraded(limiter)).toBe(false);
  });

  test("and a wrong token for Upstash, calls are decided here and the log has the reason but no token", async () => {
    const redis = await redisForTest();
    const server = await startUpstashServer({ redisUrl: redis.url });
    cleanUp.push(() => server.stop());
    const { limiter, lines, warnings } = setUp({
      UPSTASH_REDIS_REST_URL: server.url,
      UPSTASH_REDIS_REST_TOKEN: "a-wrong-token",
    });
    expect(await degraded(limiter)).toBe(true);
    expect(warnings()).toEqual([
      expect.objectContaining({ reason: expect.stringContaining("Unauthorized") }),
    ]);
    expect(JSON.stringify(lines)).not.toContain("a-wrong-token");
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
    expect(await degraded(limiter)).toBe(false);
    await limiter.ping();
    expect(server.requests.length).toBeGreaterThan(0);
  });
});
