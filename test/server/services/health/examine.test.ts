// @module-tag long
import { sqlOf } from "@test/server/services/support";
import { adminOf } from "@test/support/fixture";
import { startRedis } from "@test/support/redis";
import { addRequest } from "@test/support/requests";
import { testFixture } from "@test/support/suite";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import type { CheckResult } from "@/contracts/doctor";
import { newId } from "@/server/core/ids";
import { ensurePartitions } from "@/server/database/migrations";
import type { Mailer } from "@/server/mail/mailer";
import { createLimiter } from "@/server/rate-limit";
import { deploymentOf } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import { type CheckName, type Deployment, examineInstallation } from "@/server/services/health";

const fixture = testFixture({ DATABASE_POOL_SIZE: "10" }, new Date(), undefined, { logins: true });

async function checkOf(
  name: CheckName,
  changes: Partial<Deployment> = {},
  ctx: Partial<ServiceContext> = {},
): Promise<CheckResult | undefined> {
  const deployment = { ...deploymentOf(fixture.runtime.env), isPostgresGiven: true, ...changes };
  const checks = await examineInstallation({ ...fixture.context(), ...ctx }, deployment);
  return checks.find(({ check }) => check === name);
}

test("An installation that is well has no other line", async () => {
  await ensurePartitions(sqlOf(fixture));
  const deployment = { ...deploymentOf(fixture.runtime.env), isPostgresGiven: true };
  const settled = { ...deployment, publicUrl: "https://keys.example.com", trustedProxies: 1 };
  const checks = await examineInstallation(fixture.context(), settled);
  // The tests' own Postgres does without fsync.
  expect(checks.filter(({ check, state }) => state !== "ok" && check !== "durability")).toEqual([]);
  expect(checks.length).toBeGreaterThan(15);
  expect(checks.every(({ says, cure }) => !`${says}${cure ?? ""}`.includes("\n"))).toBe(true);
});

test("Who may not manage settings is not told", async () => {
  const ctx = fixture.context(adminOf("viewer"));
  await expect(examineInstallation(ctx, deploymentOf(fixture.runtime.env))).rejects.toMatchObject({
    code: "permission_denied",
  });
});

describe("It is told, with the cure,", () => {
  test("that row-level security does not hold", async () => {
    await sqlOf(fixture)`alter table licenses disable row level security`;
    expect(await checkOf("row security")).toMatchObject({
      state: "error",
      says: expect.stringContaining("production is not held in licenses"),
    });
  });

  test("that a start had to put rights back", async () => {
    expect(await checkOf("rights", { mended: ["Rights were gone."] })).toMatchObject({ state: "warning" });
  });

  test("that the pepper or the prefix is another", async () => {
    await fixture.key();
    await sqlOf(fixture)`insert into settings (name, value) values ('keyPrefix', '"acme"')`;
    const keyMaterial = { pepper: "another pepper, as long", prefix: "kw" };
    expect(await checkOf("pepper", {}, { keyMaterial })).toMatchObject({
      state: "error",
      says: expect.stringContaining("1 key stored with a pepper that is not set here"),
    });
    expect(await checkOf("prefix", {}, { keyMaterial })).toMatchObject({
      state: "error",
      cure: expect.stringContaining("KEY_PREFIX=acme"),
    });
  });

  test("that the clock is off, from 5 s on as an error", async () => {
    const { databases } = fixture.runtime;
    for (const [skewMs, state] of [
      [1_000, "ok"],
      [-3_000, "warning"],
      [6_000, "error"],
    ] as const) {
      const clock = Object.assign(Object.create(databases.clock), { skewMs, readAt: () => new Date() });
      Object.defineProperty(clock, "skewMs", { value: skewMs });
      expect(await checkOf("clock", {}, { databases: { ...databases, clock } })).toMatchObject({ state });
    }
  });

  test("that several processes serve, and none shares its limits", async () => {
    const { owner, records } = fixture.runtime.databases;
    for (const pool of [owner, records]) {
      const { unlisten } = await pool.$client.listen("doctor", () => undefined);
      onTestFinished(() => unlisten());
    }
    expect(await checkOf("processes")).toMatchObject({
      state: "error",
      says: expect.stringMatching(/^2 processes serve, and none shares/),
      cure: expect.stringContaining("REDIS_URL"),
    });
    expect(await checkOf("processes", { limits: "redis" })).toMatchObject({ state: "ok" });
    expect(await checkOf("processes", { allowsPerProcessLimits: true })).toMatchObject({ state: "warning" });
  });

  test("that pools do not fit into max_connections", async () => {
    expect(await checkOf("connections", { poolSize: 200 })).toMatchObject({
      state: "warning",
      cure: expect.stringMatching(/DATABASE_POOL_SIZE=\d+, .* max_connections above 805/),
    });
    // Those of all workers, also of those that have not started yet.
    expect(await checkOf("connections", { poolSize: 10, workers: 8 })).toMatchObject({
      state: "warning",
      says: expect.stringMatching(/^8 processes of up to 45 connections/),
    });
  });

  test.each<[CheckName, Partial<Deployment>, CheckResult["state"]]>([
    ["public URL", { publicUrl: null }, "warning"],
    ["public URL", { publicUrl: null, isPostgresGiven: false }, "ok"],
    ["public URL", { publicUrl: "http://localhost:3000" }, "warning"],
    ["public URL", { publicUrl: "http://keys.example.com" }, "error"],
    ["public URL", { publicUrl: "https://keys.example.com" }, "ok"],
    ["proxies", { publicUrl: "https://keys.example.com", trustedProxies: 0 }, "warning"],
    ["proxies", { publicUrl: "https://keys.example.com", trustedProxies: 1 }, "ok"],
    ["disk", { isPostgresGiven: false, dataDir: "/nowhere" }, "error"],
  ])("what the settings say: %s, %j", async (name, deployment, state) => {
    expect(await checkOf(name, deployment)).toMatchObject({ state });
  });

  /** One that lets us in. */
  const mailer: Mailer = {
    place: "mail.example.com:587",
    from: { name: "", address: "keys@acme.example" },
    send: () => Promise.reject(new Error("Nothing is sent here")),
    verify: () => Promise.resolve(),
  };

  test("that links in mails lead to this machine, where mail is set up", async () => {
    const deployment = { publicUrl: null, isPostgresGiven: false };
    expect(await checkOf("public URL", deployment, { mailer })).toMatchObject({ state: "warning" });
  });

  test("of a mail that was not taken, for a week", async () => {
    const failed = (days: number) => sqlOf(fixture)`
      insert into mails (id, recipient, subject, created_at, failed_at, error)
      values (${newId("mai")}, 'gone@acme.example', 'Test', now() - interval '30 days', now() - ${days} * interval '1 day', '550')`;
    await failed(8);
    expect(await checkOf("mail", {}, { mailer })).toMatchObject({ state: "ok" });
    await failed(6);
    expect(await checkOf("mail", {}, { mailer })).toMatchObject({ state: "warning" });
  });

  test("that every call comes from one near address", async () => {
    await ensurePartitions(sqlOf(fixture));
    for (let n = 0; n < 100; n++) await addRequest(fixture, { address: "10.0.0.7", at: new Date() });
    expect(await checkOf("proxies")).toMatchObject({
      state: "warning",
      says: expect.stringContaining("came from 10.0.0.7"),
      cure: expect.stringContaining("TRUSTED_PROXIES=1"),
    });
    await addRequest(fixture, { address: "198.51.100.7", at: new Date() });
    expect(await checkOf("proxies")).toMatchObject({ state: "ok" });
  });

  test("that nobody works: no partitions, jobs that wait, maintenance long ago", async () => {
    const sql = sqlOf(fixture);
    const [{ today } = { today: "" }] = await sql<{ today: string }[]>`
      select to_char((now() at time zone 'UTC')::date, 'YYYYMMDD') as today`;
    await sql`drop table if exists ${sql(`requests_${today}`)}`;
    await sql`
      insert into job_records (id, environment, type, status, input, actor_kind, actor_id, actor_name, run_after, created_at)
      values (${newId("job")}, 'staging', 'licenses.generate', 'queued', '{}', 'admin', ${newId("adm")}, 'a@b.example',
        now() - interval '1 hour', now() - interval '1 hour')`;
    await sql`
      insert into settings (name, value) values ('findings.round', '{"startedAt": 1700000000000, "after": null}')`;
    expect(await checkOf("partitions")).toMatchObject({
      state: "warning",
      says: expect.stringContaining(`requests_${today}`),
    });
    expect(await checkOf("jobs")).toMatchObject({
      state: "error",
      cure: expect.stringContaining("CRON_SECRET, which is not set"),
    });
    expect(await checkOf("maintenance")).toMatchObject({ state: "warning" });
    // Of very many keys a round takes hours, and is worked on all the time.
    const underWay = {
      startedAt: 1_700_000_000_000,
      lookedAt: fixture.clock.now().getTime(),
      after: newId("key"),
    };
    await sql`update settings set value = ${JSON.stringify(underWay)}::text::jsonb where name = 'findings.round'`;
    expect(await checkOf("maintenance")).toMatchObject({ state: "ok" });
  });
});

describe("Of Redis it is told", { tags: ["redis-server"] }, () => {
  let limiter: ServiceContext["limiter"] | undefined;
  afterEach(async () => {
    await limiter?.close();
  });

  const withRedis = async (url: string) => {
    await limiter?.close();
    const { clock, logger } = fixture.runtime;
    limiter = createLimiter({ env: { REDIS_URL: url } as never, clock, logger });
    return checkOf("limits", { limits: "redis" }, { limiter });
  };

  test("that it is well, that it evicts, and that it is away", async () => {
    const redis = await startRedis();
    expect(await withRedis(redis.url)).toMatchObject({ state: "ok" });
    await redis.stop();
    const evicting = await startRedis({
      settings: { maxmemory: "100mb", "maxmemory-policy": "allkeys-lru" },
    });
    expect(await withRedis(evicting.url)).toMatchObject({
      state: "error",
      cure: "Set maxmemory-policy noeviction in Redis.",
    });
    await evicting.stop();
    expect(await withRedis(evicting.url)).toMatchObject({
      state: "error",
      says: expect.stringContaining("ECONNREFUSED"),
      cure: expect.stringContaining("Check REDIS_URL"),
    });
  });
});
