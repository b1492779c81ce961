import { call, expectProblem, overNetwork, type PublicApi } from "@test/support/calls";
import { fakeClock } from "@test/support/fake-clock";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { startRedis, type TestRedis } from "@test/support/redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";

const LIMIT = 40;

/** Two processes of the built product on one Postgres and one Redis, of which one lives ten minutes ago. */
describe("A process whose clock is ten minutes behind", { tags: ["redis-server", "faketime"] }, () => {
  let fixture: Fixture;
  let redis: TestRedis;
  const mounts: Mount[] = [];
  let apis: PublicApi[];

  beforeAll(async () => {
    redis = await startRedis();
    fixture = await createFixture({}, new Date());
    const settings = { REDIS_URL: redis.url };
    const behind = { ...settings, ...fakeClock("-10m").settings };
    mounts.push(await startMount("main.ts", fixture.databaseUrl, behind));
    mounts.push(await startMount("main.ts", fixture.databaseUrl, settings));
    apis = mounts.map(overNetwork);
  });
  afterAll(async () => {
    for (const mount of mounts) await mount.stop();
    await fixture?.close();
    await redis?.stop();
  });

  test("refuses an expired key, counts in the windows of the other, and says by how much it is off", async () => {
    const [behind, right] = apis as [PublicApi, PublicApi];
    const skewOf = async (mount: Mount | undefined) => {
      const answer = await fetch(`${mount?.url}/api/ready`);
      const { clockSkewMs } = (await answer.json()) as { clockSkewMs: number };
      return { status: answer.status, minutes: Math.round(clockSkewMs / MINUTE_MS) };
    };
    expect(await skewOf(mounts[0])).toEqual({ status: 200, minutes: -10 });
    expect(await skewOf(mounts[1])).toEqual({ status: 200, minutes: 0 });
    expect(mounts[0]?.output()).toContain("behind Postgres'");
    expect(mounts[1]?.output()).not.toContain("behind Postgres'");

    const expiresAt = new Date(Date.now() - MINUTE_MS).toISOString();
    fixture.clock.advance(-300);
    const expired = await fixture.key({ expiresAt });
    fixture.clock.advance(300);
    for (const api of apis) {
      const answer = await call(api, "GET", "/staging/key", { key: expired.secret });
      expectProblem(answer, "key_expired", { expiredAt: expiresAt });
    }

    // A minute's window may end while this runs: then it is tried again with another key.
    for (let attempt = 1; attempt <= 5; attempt++) {
      const { secret } = await fixture.key({ rateLimits: { minute: LIMIT } });
      const window = Math.floor(Date.now() / MINUTE_MS);
      const ask = (api: PublicApi) => call(api, "GET", "/staging/key", { key: secret });
      let passed = 0;
      let countedAlone = false;
      for (let one = 0; one < LIMIT; one++) {
        for (const { status, headers } of await Promise.all([ask(behind), ask(right)])) {
          if (status === 200) passed++;
          // A decision that took Redis more than 200 ms: the process decided by its own count.
          countedAlone ||= headers.get("ratelimit") === null;
        }
      }
      if (countedAlone || Math.floor(Date.now() / MINUTE_MS) !== window) continue;
      expect(passed).toBe(LIMIT);
      return;
    }
    expect.fail("In no attempt did Redis decide each call within one minute.");
  });
});
