import { call, inProcess } from "@test/support/calls";
import { startCluster, type TestCluster } from "@test/support/cluster";
import { newEmail } from "@test/support/fixture";
import { startPooler, type TestPooler } from "@test/support/pooler";
import { ownFixture } from "@test/support/suite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findIsolation, holdsInstallation, migrateDatabase } from "@/server/database/migrate";
import { START_LOCK } from "@/server/database/migration-locks";
import { withStatement } from "@/server/database/session";

/** Settings that an administrator gave the role for other ends. Each changes what a driver reads. */
const READING = {
  DateStyle: "'German, DMY'",
  TimeZone: "'Asia/Kolkata'",
  IntervalStyle: "iso_8601",
  bytea_output: "escape",
  extra_float_digits: "-15",
};

/** These change how long work may take, and what a name means. */
const WORKING = {
  statement_timeout: "'1ms'",
  search_path: "pg_catalog",
  row_security: "off",
  jit: "on",
};

/**
 * Through a pooler the driver asks for the types when it connects, in a session with the role's own limits: long enough for
 * that, and shorter than a start waits in this test.
 */
const SHORT_MS = 300;

/** A role as careful administrators give it: it may make no roles, and what it needs was made for it. */
describe("a role without CREATEROLE, with settings of its own", {
  tags: ["postgresql-15", "pgbouncer"],
}, () => {
  let cluster: TestCluster;
  let pooler: TestPooler;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.asAdmin(async (admin) => {
      await admin`create role app login password 'app'`;
      await admin`create role keyward_api nologin noinherit`;
      await admin`grant keyward_api to app`;
    });
    pooler = await startPooler(cluster, ["app"]);
  });
  afterAll(async () => {
    await pooler?.stop();
    await cluster?.stop();
  });

  /** Starts while another process prepares the database, for longer than the role's statements may take. */
  function startBehind<Result>(database: string, start: () => Promise<Result>): Promise<Result> {
    return cluster.asAdmin(async (admin) => {
      await admin`select pg_advisory_lock(hashtextextended(${START_LOCK}, 0))`;
      const started = start();
      const waiting = () => admin`
        select from pg_stat_activity where datname = ${database} and pid <> pg_backend_pid() and query like '%advisory%'
          and clock_timestamp() - xact_start > ${SHORT_MS * 2} * interval '1 ms'`;
      const waited = vi.waitFor(async () => expect(await waiting()).toHaveLength(1), { timeout: 20_000 });
      // Settles early where the start fails.
      await Promise.race([waited, started]);
      await admin`select pg_advisory_unlock_all()`;
      await waited;
      return started;
    }, database);
  }

  test.each([
    ["session", { ...READING, ...WORKING }],
    ["transaction", { ...READING, ...WORKING, statement_timeout: `'${SHORT_MS}ms'` }],
  ] as const)(
    "serves the public API with the owner's login in %s pooling: digests, dates, repeats and scopes are right",
    async (pooling, settings) => {
      await cluster.asAdmin(async (admin) => {
        await admin`create database ${admin(pooling)} owner app`;
        // Of this role in this database, which wins over settings of the role alone.
        for (const [name, value] of Object.entries(settings)) {
          await admin.unsafe(`alter role app in database ${pooling} set ${name} = ${value}`);
        }
      });
      const url = (pooling === "session" ? cluster : pooler).url("app", pooling);
      const isolation = await startBehind(pooling, () => migrateDatabase(url, { pooling }));
      expect(isolation.kind).toBe("shared");
      expect(await findIsolation(url, pooling)).toMatchObject({ kind: "shared" });
      expect(await holdsInstallation(url, pooling)).toBe(true);
      const fixture = await ownFixture({ DATABASE_POOLING: pooling }, undefined, {
        url,
        drop: async () => undefined,
      });
      const expiresAt = "2024-02-03T04:05:06.000Z";
      const { key, secret } = await fixture.key({ expiresAt });
      expect(key.expiresAt).toBe(expiresAt);
      const api = inProcess(fixture);
      const headers = { "idempotency-key": "once" };
      const body = { email: newEmail() };
      const first = await call(api, "POST", "/staging/customers", { key: secret, headers, body });
      expect([first.status, first.json.createdAt]).toEqual([201, fixture.clock.now().toISOString()]);
      // The record holds a digest of the request: read wrongly, the repeat would be refused as another request.
      const again = await call(api, "POST", "/staging/customers", { key: secret, headers, body });
      expect([again.status, again.text]).toEqual([201, first.text]);
      const other = await fixture.customer();
      const { secret: scoped } = await fixture.key({ customers: [other.id] });
      const list = await call(api, "GET", "/staging/customers", { key: scoped });
      expect(list.json.data).toMatchObject([{ id: other.id, createdAt: fixture.clock.now().toISOString() }]);
      const { owner, records, api: pools } = fixture.runtime.databases;
      for (const pool of [owner, records, pools.staging]) {
        const [row] = await withStatement(pool, (sql) => sql`select current_setting('jit') as jit`);
        expect(row?.jit).toBe("off");
      }
      expect(fixture.log()).not.toContain('"level":"error"');
    },
  );
});
