import { sampleCall } from "@test/gateway/samples";
import { keyWithRow } from "@test/server/jobs/support";
import { proceduresOf } from "@test/server/trpc/procedures";
import { PASSWORD } from "@test/server/trpc/support";
import { call, expectProblem, overNetwork } from "@test/support/calls";
import { type Console, consoleOf, signIn } from "@test/support/console";
import { createFixture, type Fixture } from "@test/support/fixture";
import { buildFormerVersion, isInHistory, migrationsIn } from "@test/support/former-version";
import { type Mount, startMount } from "@test/support/mounts";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { startRedis, type TestRedis } from "@test/support/redis";
import { loggedCalls } from "@test/support/requests";
import { LICENSES_PER_JOB, type SteadyCalls, startCalling } from "@test/support/steady-calls";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import type { RevealedKey } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import { ROUTES } from "@/gateway/routes";
import { newId } from "@/server/core/ids";
import { hashPassword } from "@/server/core/passwords";

/**
 * The last commit of main before 0059, the newest one that operators come from with fewer migrations than there are now: a version
 * with the same ones would upgrade nothing. To be moved on as soon as there are migrations after what they have.
 */
const FORMER = "98128b97b5b8f8633c17e094b0dc341b9959d066";
const HAS_HISTORY = isInHistory(FORMER);
if (!HAS_HISTORY) {
  process.stdout.write(`NOT RUN: the rolling upgrade. It needs commit ${FORMER}: git fetch --unshallow\n`);
}

/** Calls that the former one answers by itself first, and after the upgrade both of them each. */
const CALLS = 100;
/** Licences of a job that is under way when the former one stops. */
const LONG_JOB = 3_000;

/** With the password that the samples of the procedures confirm with. */
const OWNER = { email: "owner@acme.example", password: PASSWORD };
/** What the calls under load need: a permission that is new in this version the former one would refuse to give. */
const PERMISSIONS: Permission[] = ["licenses:manage", "licenses:validate", "customers:write", "jobs:write"];
const callersKey = { environment: "staging", permissions: PERMISSIONS, rateLimits: { minute: 100_000 } };

/** A result that a worker of this version has made the former one cannot give, as it is kept in one form by now (CHANGELOG.md). */
const FAILS_AT_FORMER = { route: "jobs.result", status: 500 };

/** Rolled out as behind a load balancer: the former version serves, the new one starts beside it, the former one stops. */
describe.skipIf(!HAS_HISTORY)("The version before this one and this one,", { tags: ["redis-server"] }, () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let sql: postgres.Sql;
  let tree: string;
  let [former, present]: Mount[] = [];
  let fixture: Fixture;
  let owner: Console;
  const callers: SteadyCalls[] = [];

  const start = (root?: string) =>
    startMount("main.ts", database.url, { REDIS_URL: redis.url, AUTH_FAILURES_PER_MINUTE: "0" }, root);
  const both = () => [former, present] as [Mount, Mount];
  const at = (mount: Mount) => consoleOf(mount, owner.cookie);
  async function made<Data>(mount: Mount, procedure: string, input: unknown): Promise<Data> {
    const { status, text, data } = await at(mount).mutate(procedure, input);
    expect(status, text).toBe(200);
    return data as Data;
  }
  const untilCalled = () =>
    vi.waitFor(
      () => {
        for (const { calls } of callers) expect(calls.size).toBeGreaterThan(CALLS);
      },
      { timeout: MINUTE_MS },
    );
  const open = (mount: Mount, secret: string) =>
    call(overNetwork(mount), "GET", "/staging/key", { key: secret });

  beforeAll(async () => {
    tree = await buildFormerVersion(FORMER);
    redis = await startRedis();
    database = await createTestDatabase({ migrated: false });
    sql = postgres(database.url, { max: 2, onnotice: () => undefined });
    former = await start(tree);
    await sql`
      insert into admins (id, email, role, password_hash, created_at)
      values (${newId("adm")}, ${OWNER.email}, 'owner', ${await hashPassword(OWNER.password)}, now())`;
    owner = (await signIn(former, OWNER)) as Console;

    const keys: string[] = [];
    for (const name of ["first", "second", "third"]) {
      keys.push((await made<RevealedKey>(former, "keys.create", { name, ...callersKey })).secret);
    }
    const input = { environment: "staging", product: "Rolling" };
    const license = (await made<{ key: string }>(former, "licenses.create", input)).key;
    const calling = { keys, license, cookie: owner.cookie };

    callers.push(startCalling(former, calling));
    await untilCalled();
    // Migrates, with the former one at work.
    present = await start();
    callers.push(startCalling(present, calling));
    fixture = await createFixture({}, new Date(), { url: database.url, drop: async () => undefined });
  }, 15 * MINUTE_MS);
  afterAll(async () => {
    for (const caller of callers) {
      caller.leave();
      await caller.stop();
    }
    await former?.stop();
    await present?.stop();
    await fixture?.close();
    await sql?.end();
    await database?.drop();
    await redis?.stop();
  });

  test("differ by a migration at least, which the start of this one has run", async () => {
    const [row] = await sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
    expect(row?.count).toBe(migrationsIn(process.cwd()));
    expect(migrationsIn(tree)).toBeLessThan(row?.count);
  });

  test("take each other's keys, and a regenerate or a revoke at one is in force at the other on the next call", async () => {
    for (const [here, there] of [both(), both().toReversed() as [Mount, Mount]]) {
      const input = { name: "Rolling", environment: "staging", permissions: ["customers:read"] };
      const { key, secret } = await made<RevealedKey>(here, "keys.create", input);
      expect((await open(there, secret)).status).toBe(200);
      const regenerated = await made<RevealedKey>(here, "keys.regenerate", { id: key.id });
      expectProblem(await open(there, secret), "key_invalid");
      expect((await open(there, regenerated.secret)).status).toBe(200);
      const overlapping = await made<RevealedKey>(there, "keys.regenerate", { id: key.id, overlap: "1h" });
      expect((await open(here, regenerated.secret)).status).toBe(200);
      expect((await open(here, overlapping.secret)).status).toBe(200);
      await made(there, "keys.revoke", { id: key.id });
      expectProblem(await open(here, overlapping.secret), "key_revoked");
    }
  });

  test("answer every route of the public API, about what either has made", async () => {
    const statuses: Record<string, number[]> = {};
    const { id } = await keyWithRow(fixture, { managesKeys: "all", rateLimits: { minute: 10_000 } });
    const { secret } = await made<RevealedKey>(former as Mount, "keys.regenerate", { id });
    for (const route of ROUTES) {
      statuses[route.id] = [];
      for (const mount of both()) {
        const { method, path, body } = await sampleCall(route, fixture);
        const answer = await call(overNetwork(mount), method, `/staging${path}`, { key: secret, body });
        statuses[route.id]?.push(answer.status);
      }
    }
    const described = await (await fetch(`${former?.url}/api/v1/openapi.json`)).text();
    for (const [route, [old, now]] of Object.entries(statuses)) {
      // What the former version has not yet, it does not find.
      const isNew = !described.includes(`"operationId":"${route}"`);
      const known = [{ route, status: isNew ? 404 : now }, FAILS_AT_FORMER];
      expect(known).toContainEqual({ route, status: old });
      expect(now, route).toBeLessThan(300);
    }
  });

  /** With which status: by the former version also that it does not know the procedure, or a field of what it is given. */
  function expectedAt(mount: Mount, type: "query" | "mutation", text: string): number[] {
    if (mount === former && text.includes("No procedure found")) return [404];
    if (mount === former && text.includes('"code":"unknown_field"')) return [422];
    // A worker of theirs may be faster with a job than whoever cancels it.
    return type === "query" ? [200] : [200, 409];
  }

  test("answer every procedure of the console with a session of the former one", async () => {
    // Those of the routes; an environment has only so many.
    await sql`delete from webhook_endpoints`;
    const lasting = Object.entries(proceduresOf(fixture)).filter(([, { ownAccount }]) => !ownAccount);
    for (const [name, { type, input }] of lasting) {
      for (const mount of both()) {
        const console = at(mount);
        const answer = await (type === "query" ? console.query : console.mutate)(name, await input());
        const expected = expectedAt(mount, type, answer.text);
        expect.soft(expected, `${name}: ${answer.text}`).toContain(answer.status);
      }
    }
  });

  test("answer no call with 5xx under load; each is in the log once, and each job is finished once, when the former one has stopped", async () => {
    await untilCalled();
    const input = { product: "long", count: LONG_JOB };
    await made(former as Mount, "jobs.start", { environment: "staging", type: "licenses.generate", input });
    const begun = () => sql`select from licenses where product = 'long' limit 1`;
    await vi.waitFor(async () => expect(await begun()).not.toEqual([]), { timeout: MINUTE_MS });
    callers[0]?.leave();
    await former?.stop();
    for (const caller of callers) await caller.stop();

    expect(callers.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { procedures } of callers) expect(procedures.size).toBe(6);
    const products = callers.flatMap((caller) => caller.products);
    expect(products.length).toBeGreaterThan(2);
    const waiting = () =>
      sql`select id, status from job_records where finished_at is null and run_after < now()`;
    await vi.waitFor(async () => expect(await waiting()).toEqual([]), { timeout: 2 * MINUTE_MS });
    const counts = await sql<{ product: string; count: number }[]>`
      select product, count(*)::int from licenses where product like 'rolling-%' or product = 'long' group by product`;
    const expected = products.map((product) => [product, LICENSES_PER_JOB]);
    expect(new Map(counts.map(({ product, count }) => [product, count]))).toEqual(
      new Map([...(expected as [string, number][]), ["long", LONG_JOB]]),
    );

    await present?.stop();
    const answered = new Set(callers.flatMap(({ calls }) => [...calls.keys()]));
    const logged = (await loggedCalls(sql)).map(({ request_id }) => request_id);
    expect(logged.filter((id) => answered.has(id)).toSorted()).toEqual([...answered].toSorted());
  });

  test("refuse in one line to start on a database that a newer version has prepared", async () => {
    const startOf = (root?: string) => start(root).catch((error: Error) => error.message);
    const refusal = /^The server ended before it was ready:\n[^\n]*A newer version of Keyward[^\n]+\n$/;
    expect(await startOf(tree)).toMatch(refusal);
    await sql`
      insert into drizzle.__drizzle_migrations (hash, created_at)
      select 'of the next version', max(created_at) + 1 from drizzle.__drizzle_migrations`;
    expect(await startOf()).toMatch(refusal);
  });
});
