import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { sqlOf } from "@test/server/services/support";
import { call, overNetwork } from "@test/support/calls";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { freePort } from "@test/support/ports";
import { familyOf } from "@test/support/process-family";
import { startRedis, type TestRedis } from "@test/support/redis";
import { loggedCalls } from "@test/support/requests";
import { afterAll, afterEach, beforeAll, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { findEmbeddedPostgres } from "@/server/embedded-postgres/start";

/** Answers before something happens to a process. */
const WARM_UP = 300;

const TWO = { WORKERS: "2", ACCESS_LOG: "on", LOG_LEVEL: "info" };

/** The workers of a server, by the program that they run: Postgres is a child of the primary too. */
function workersOf({ pid }: Mount): number[] {
  return familyOf(pid).filter(
    (one) => one !== pid && existsSync(`/proc/${one}/cmdline`) && commandOf(one).includes("dist/main.js"),
  );
}

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8");

const untilServing = (mount: Mount) =>
  vi.waitFor(() => expect(workersOf(mount)).toHaveLength(2), { timeout: MINUTE_MS, interval: 100 });

/** Which workers have answered calls, as the access log says. */
function answering(mount: Mount): Set<number> {
  const lines = mount.output().matchAll(/"worker":(\d+).*"msg":"call"/g);
  return new Set([...lines].map(([, worker]) => Number(worker)));
}

/** Calls a server on connections of their own until `over`, and notes what was answered. */
function callSteadily(mount: Mount, key: string) {
  const answered = new Set<string>();
  let over = false;
  const caller = async () => {
    while (!over) {
      const answer = await call(overNetwork(mount), "GET", "/staging/key", { key }).catch(() => null);
      if (answer?.status === 200) answered.add(answer.headers.get("x-request-id") ?? "");
    }
  };
  const callers = Promise.all(Array.from({ length: 8 }, caller));
  return {
    answered,
    untilWarm: () => vi.waitFor(() => expect(answered.size).toBeGreaterThan(WARM_UP), { timeout: MINUTE_MS }),
    async stop() {
      over = true;
      await callers;
    },
  };
}

describe("A server of two workers", { tags: ["redis-server"] }, () => {
  let redis: TestRedis;
  let fixture: Fixture;
  let mount: Mount;

  beforeAll(async () => {
    redis = await startRedis();
    fixture = await createFixture({}, new Date());
  });
  afterEach(() => mount?.stop());
  afterAll(async () => {
    await fixture?.close();
    await redis?.stop();
  });

  const start = async (settings: Record<string, string> = {}) => {
    mount = await startMount("main.ts", fixture.databaseUrl, { ...TWO, REDIS_URL: redis.url, ...settings });
    await untilServing(mount);
    return mount;
  };
  const newKey = async () => (await fixture.key({ rateLimits: { day: 1_000_000 } })).secret;

  async function expectLogged(answered: ReadonlySet<string>): Promise<void> {
    const rows = await loggedCalls(sqlOf(fixture));
    const logged = new Set(rows.map(({ request_id }) => request_id));
    expect([...answered].filter((id) => !logged.has(id))).toEqual([]);
    const counted = rows.filter(({ request_id }) => answered.has(request_id));
    expect(counted).toHaveLength(answered.size);
  }

  test("serves with both on one port, and loses no answered call at a stop, which takes eight seconds at most", async () => {
    await start();
    const load = callSteadily(mount, await newKey());
    await load.untilWarm();
    await vi.waitFor(() => expect(answering(mount)).toEqual(new Set([1, 2])), { timeout: MINUTE_MS });
    const family = familyOf(mount.pid);
    const stoppedAt = performance.now();
    await mount.stop();
    expect(performance.now() - stoppedAt).toBeLessThan(8_500);
    await load.stop();
    expect(family.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(mount.output()).not.toMatch(/"level":"(error|fatal)"(?!.*"check":)/);
    await expectLogged(load.answered);
  });

  test("gives out the figures of each worker on a port of its own, under its number", async () => {
    const ports = [await freePort()];
    ports.push((ports[0] ?? 0) + 1);
    await start({ METRICS_PORT: String(ports[0]), METRICS_HOST: "127.0.0.1" });
    for (const [at, port] of ports.entries()) {
      const scrape = () => fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
      const text = await vi.waitFor(scrape, { timeout: MINUTE_MS });
      const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      expect(series.length).toBeGreaterThan(20);
      expect(series.filter((line) => !line.includes(`worker="${at + 1}"`))).toEqual([]);
    }
  });

  test("goes on where one worker is killed, and puts another in its place", async () => {
    await start();
    const before = workersOf(mount);
    process.kill(before[0] ?? 0, "SIGKILL");
    await vi.waitFor(() => {
      const now = workersOf(mount);
      expect(now).toHaveLength(2);
      expect(now).not.toContain(before[0]);
    });
    const key = await newKey();
    const here = mount.output().length;
    await vi.waitFor(
      async () => {
        expect((await call(overNetwork(mount), "GET", "/staging/key", { key })).status).toBe(200);
        const since = { ...mount, output: () => mount.output().slice(here) };
        expect(answering(since)).toEqual(new Set([1, 2]));
      },
      { timeout: MINUTE_MS, interval: 10 },
    );
  });

  test("whose primary is killed brings to its end what it was given, and then ends", async () => {
    await start();
    const load = callSteadily(mount, await newKey());
    await load.untilWarm();
    const workers = workersOf(mount);
    await mount.kill();
    await vi.waitFor(
      () => expect(workers.filter((pid) => existsSync(`/proc/${pid}`) && commandOf(pid) !== "")).toEqual([]),
      { timeout: 15_000 },
    );
    await load.stop();
    await expectLogged(load.answered);
  });
});

test("The embedded Postgres is the primary's: it is stopped last, and the link for the first owner is told once", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const none = { DATABASE_URL: "", KEY_PEPPER: "", NEXTAUTH_SECRET: "" };
  const settings = { ...TWO, ...none, DATA_DIR: dataDir, ALLOW_PER_PROCESS_LIMITS: "true" };
  const mount = await startMount("main.ts", "", settings);
  onTestFinished(() => mount.stop());
  await untilServing(mount);
  expect(mount.output().match(/Create the first owner/g)).toHaveLength(1);
  expect(await findEmbeddedPostgres(dataDir)).not.toBeNull();
  await mount.stop();
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  expect(mount.output()).not.toMatch(/"level":"(error|fatal)"(?!.*"check":)/);
});
