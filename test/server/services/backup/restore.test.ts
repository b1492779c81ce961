// @module-tag long
import { PEPPER } from "@test/support/secrets";
import { ownFixture, suiteFixture } from "@test/support/suite";
import { sql as query } from "drizzle-orm";
import postgres from "postgres";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { newId } from "@/server/core/ids";
import { keyDigest } from "@/server/core/secrets";
import { createLicense } from "@/server/services/licenses";
import { createWebhook, disableWebhook } from "@/server/services/webhooks";
import { backUp, contentOf, emptyDatabase, restoreInto } from "./support";

const HARD = "tab\tnew\nline \\. \\N back\\slash \\\\. Zoë 🔑 '; drop table api_keys; --";

const fixture = suiteFixture({}, new Date(), undefined, { logins: true });
let secret: string;
let bytes: Buffer;

beforeAll(async () => {
  const { runtime } = fixture;
  secret = (await fixture.key({ name: "Main website", permissions: ["customers:read"] })).secret;
  await fixture.key({ environment: "production" });
  const customer = await fixture.customer({ name: "Zoë" });
  await createLicense(fixture.context(), {
    environment: "staging",
    product: "editor",
    customerId: customer.id,
    activationLimit: 3,
  });
  const owner = runtime.databases.owner;
  await owner.execute(query`update customers set name = ${HARD} where id = ${customer.id}`);
  await owner.execute(query`select nextval('job_turns'), nextval('job_turns')`);
  for (const days of [0, 1, 40]) {
    await owner.execute(
      query`select ensure_request_partitions((now() at time zone 'UTC')::date - ${days}::int, 1)`,
    );
    await owner.execute(query`
      insert into requests (at, row_id, request_id, environment, method, route, path, status, duration_ms, request_bytes, response_bytes)
      select now() - ${days}::int * interval '1 day', gen_random_uuid(), ${newId("req")}, 'staging', 'GET', 'GET /customers', '/api/v1/staging/customers',
        200, 0.1 + i / 3.0, 0, 200 from generate_series(1, 500) as i`);
  }
  await owner.execute(query`
    insert into usage_hourly (hour, key_id, environment, route, permission, status_class, code, calls, duration_ms)
    values (date_trunc('hour', now()), '', 'staging', 'GET /customers', '', 2, '', 7, 0.1)`);
  bytes = await backUp(fixture.context());
});

async function rowsOf(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

describe("A backup restored into an empty database", () => {
  test("gives every row back as it was, goes on counting and chaining where that stopped, and keeps the environments apart", async () => {
    const url = await emptyDatabase();
    const { audit, rows } = await restoreInto({ DATABASE_URL: url }, bytes);
    expect(await contentOf(url)).toEqual(await contentOf(fixture.databaseUrl));
    expect(rows.requests).toBe(1_500);
    expect(audit.broken).toBeNull();
    const [key] = await rowsOf(url, "select digest from api_keys where name = 'Main website'");
    expect(key?.digest).toEqual(keyDigest(secret, PEPPER));
    // Triggers are in force again: the audit is chained and cannot be changed, and calls are counted once.
    const chain =
      "select position, action, hash, previous_hash from audit_events order by position desc limit 2";
    const [last, before] = await rowsOf(url, chain);
    expect(last).toMatchObject({ action: "backup.restore", previous_hash: before?.hash });
    expect(before).toMatchObject({ action: "backup.create" });
    await expect(rowsOf(url, "delete from audit_events")).rejects.toThrow();
    const [turn] = await rowsOf(url, "select nextval('job_turns')::int as turn");
    expect(turn?.turn).toBe(3);
    const logins = await rowsOf(url, "select role from api_logins");
    const theirs = await rowsOf(fixture.databaseUrl, "select role from api_logins");
    expect(logins).toHaveLength(3);
    expect(logins.map(({ role }) => role)).not.toEqual(
      expect.arrayContaining(theirs.map(({ role }) => role)),
    );
    const [policy] = await rowsOf(url, "select count(*)::int as count from pg_policy");
    const [theirPolicy] = await rowsOf(fixture.databaseUrl, "select count(*)::int as count from pg_policy");
    expect(policy).toEqual(theirPolicy);
  });

  test("posts no webhooks until somebody enables their endpoints, and says so", async () => {
    const make = (url: string) =>
      createWebhook(fixture.context(), { environment: "staging", url, events: ["key.expiring"] });
    const { endpoint } = await make("https://hooks.example.com/off");
    await disableWebhook(fixture.context(), { id: endpoint.id });
    await make("https://hooks.example.com/on");
    onTestFinished(async () => {
      await fixture.runtime.databases.owner.execute(query`truncate webhook_endpoints`);
    });
    const url = await emptyDatabase();
    const restored = await restoreInto({ DATABASE_URL: url }, await backUp(fixture.context()));
    expect(restored.disabledWebhooks).toBe(1);
    const endpoints =
      "select disabled_reason as reason, disabled_at as at from webhook_endpoints order by url";
    const at = expect.anything();
    expect(await rowsOf(url, endpoints)).toEqual([
      { reason: "manual", at },
      { reason: "restored", at },
    ]);
  });

  test("comes through a pipe as well, which is read once", async () => {
    const url = await emptyDatabase();
    await restoreInto({ DATABASE_URL: url }, bytes, { isRepeatable: false });
    expect((await contentOf(url)).api_keys).toEqual((await contentOf(fixture.databaseUrl)).api_keys);
  });

  test("replaces an installation that was started and never used, and keeps its logins", async () => {
    const target = await ownFixture({}, new Date(), undefined, { logins: true });
    await target.runtime.databases.end();
    const before = await rowsOf(target.databaseUrl, "select * from api_logins order by role");
    await restoreInto({ DATABASE_URL: target.databaseUrl }, bytes);
    expect(await rowsOf(target.databaseUrl, "select * from api_logins order by role")).toEqual(before);
    expect((await contentOf(target.databaseUrl)).customers?.rows).toBe(1);
  });
});

describe("A restore is refused, and leaves what was there,", () => {
  const tablesIn = async (url: string) =>
    (await rowsOf(url, "select count(*)::int as count from pg_tables where schemaname = 'public'"))[0]?.count;

  test("where there is anything but what a first start makes", async () => {
    const target = await ownFixture({}, new Date());
    await target.customer();
    await target.runtime.databases.end();
    const before = await contentOf(target.databaseUrl);
    await expect(restoreInto({ DATABASE_URL: target.databaseUrl }, bytes)).rejects.toThrow(
      /not empty: there are rows in .*customers.* Set|not empty: .*customers/,
    );
    expect(await contentOf(target.databaseUrl)).toEqual(before);
  });

  test("while a server is connected", async () => {
    const target = await ownFixture({}, new Date());
    await target.runtime.databases.owner.execute(query`select 1`);
    await expect(restoreInto({ DATABASE_URL: target.databaseUrl }, bytes)).rejects.toThrow(
      "Stop every server",
    );
  });

  test("where the pepper is another one, unless that was asked for", async () => {
    const url = await emptyDatabase();
    const settings = { DATABASE_URL: url, KEY_PEPPER: "another pepper than theirs" };
    await expect(restoreInto(settings, bytes)).rejects.toThrow(
      "2 of 2 keys were stored with another KEY_PEPPER",
    );
    expect(await tablesIn(url)).toBe(0);
    await restoreInto(settings, bytes, { anyPepper: true });
    expect((await contentOf(url)).api_keys?.rows).toBe(2);
  });

  test("where the prefix of keys is another one", async () => {
    const url = await emptyDatabase();
    await fixture.runtime.databases.owner.execute(query`insert into settings values ('keyPrefix', '"acme"')`);
    onTestFinished(async () => {
      await fixture.runtime.databases.owner.execute(query`delete from settings where name = 'keyPrefix'`);
    });
    const prefixed = await backUp(fixture.context());
    await expect(restoreInto({ DATABASE_URL: url }, prefixed)).rejects.toThrow("Set KEY_PREFIX=acme");
    expect(await tablesIn(url)).toBe(0);
  });
});
