import { everyRow, refusal, sqlOf } from "@test/server/services/support";
import { createFixture, type Fixture } from "@test/support/fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { ID_PREFIXES } from "@/contracts/ids";
import { JOB_STATUSES } from "@/contracts/jobs";
import { KEY_STATUSES } from "@/contracts/keys";
import { LICENSE_STATUSES } from "@/contracts/licenses";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { TELEMETRY_FLAG_NAMES } from "@/contracts/telemetry";
import { findKey } from "@/gateway/authenticate/look-up";
import { ROUTES } from "@/gateway/routes";
import { parse } from "@/server/core/validation";
import { CALLED_ROUTES } from "@/server/demo/calls";
import { DEFAULT_OWNER, type FilledDemo, fillDemo } from "@/server/demo/fill";
import { backgroundContextFor } from "@/server/runtime/runtime";
import { createAdmin, signIn } from "@/server/services/admins";
import { verifyAudit } from "@/server/services/audit";
import { listKeys } from "@/server/services/keys";

const ADMIN = { email: "me@acme.example", password: "a long enough password" };
const SEED = { seed: "a seed", owner: null, add: false };

/** The same story on two installations, told on one day. */
let one: Fixture;
let other: Fixture;
let filled: FilledDemo;
let otherOwner: FilledDemo["owner"];

/** As the command line fills: the whole story is one transaction, and may take its time. */
const background = ({ runtime }: Fixture) => backgroundContextFor(runtime, "command line");

beforeAll(async () => {
  [one, other] = await Promise.all([createFixture(), createFixture()]);
  filled = await fillDemo(background(one), SEED);
  await createAdmin(other.context(), { ...ADMIN, role: "owner", name: "" });
  // Whoever has set an installation up has signed in, and it is as empty as before.
  await signIn(other.context(), ADMIN);
  otherOwner = (await fillDemo(background(other), SEED)).owner;
});
afterAll(async () => {
  await one?.close();
  await other?.close();
});

/** Identifiers, secrets, licence keys and what is made of them, whole or masked: new for each installation. */
const MADE_ANEW = new RegExp(
  String.raw`\b(${Object.keys(ID_PREFIXES).join("|")})_[0-9a-z]{26}\b|\b([2-9A-Z]{5}-){4}[2-9A-Z]{5}\b|[2-9A-Z]{4}…[2-9A-Z]{4}|kw_\w+…\w+`,
  "g",
);
const SECRET_COLUMNS = [
  "digest",
  "sealed_secret",
  "previous_sealed_secret",
  "previous_digest",
  "password_hash",
  "value",
  "bytes",
  "ndjson",
  "lease_token",
  "position",
  "hash",
  "previous_hash",
  "row_id",
  // Kept without the beginning by which the others are known.
  "request_id",
];

/** Which processes wrote the log, by which counter changes of keys are told apart, and who of the installation's own has signed in. */
const NO_STORY = ["request_log_writers", "key_change_counter", "sessions", "admin_devices"];

/** All rows as text, without what is made anew, in an order that does not depend on it. */
async function told(fixture: Fixture): Promise<Record<string, string[]>> {
  const tables = Object.entries(await everyRow(fixture)).filter(([name]) => !NO_STORY.includes(name));
  const plain = (row: unknown) =>
    JSON.stringify(row, (name, value) => (SECRET_COLUMNS.includes(name) ? undefined : value)).replace(
      MADE_ANEW,
      "#",
    );
  // The owners are not part of it: one installation had its own.
  const ofTheStory = (row: string) => ![DEFAULT_OWNER, ADMIN.email].some((email) => row.includes(email));
  return Object.fromEntries(tables.map(([name, rows]) => [name, rows.map(plain).filter(ofTheStory).sort()]));
}

async function present(column: string, table: string): Promise<unknown[]> {
  const sql = sqlOf(one);
  const rows = await sql<
    { value: unknown }[]
  >`select distinct ${sql.unsafe(column)} as value from ${sql(table)}`;
  return rows.map(({ value }) => value);
}

test("tells the same story, row by row, for the same seed on the same day", async () => {
  const [left, right] = await Promise.all([told(one), told(other)]);
  expect(left.licenses?.length).toBeGreaterThan(1_000);
  expect(left.telemetry_events?.length).toBeGreaterThan(10_000);
  expect(right).toEqual(left);
});

test("makes secrets anew each time: the keys of a seed that everybody knows would be nobody's secret", async () => {
  const again = other.context();
  expect(filled.keys.length).toBeGreaterThan(0);
  for (const { secret } of filled.keys) expect(await findKey(one.context(), secret)).not.toBeNull();
  for (const { secret } of filled.keys) expect(await findKey(again, secret)).toBeNull();
});

test("names what each route of its calls asks for, as the gateway does", () => {
  for (const [name, permission] of Object.entries(CALLED_ROUTES)) {
    const route = ROUTES.find(({ method, path }) => `${method.toUpperCase()} ${path}` === name);
    expect([name, route?.permission]).toEqual([name, permission]);
  }
});

describe("shows", () => {
  test("thirty days of calls, refused ones among them, that add up to the figures, and findings", async () => {
    const sql = sqlOf(one);
    const [log] = await sql`
      select count(*)::int as calls, count(distinct at::date)::int as days, count(*) filter (where status >= 400)::int as failed
      from requests`;
    expect(log?.days).toBeGreaterThanOrEqual(30);
    expect(log?.failed).toBeGreaterThan(50);
    const [stats] = await sql`select sum(calls)::int as calls from usage_hourly`;
    expect(stats?.calls).toBe(log?.calls);
    expect((await present("kind", "findings")).length).toBeGreaterThanOrEqual(4);
  });

  test("keys of every status in all environments, unused, restricted, about to expire and in an overlap", async () => {
    const { data: keys } = await listKeys(one.context(), parse(listKeysSchema, { limit: 100 }));
    const some = (holds: (key: (typeof keys)[number]) => unknown) => expect(keys.some(holds)).toBe(true);
    for (const status of KEY_STATUSES) some((key) => key.status === status);
    expect(new Set(keys.map((key) => key.environment)).size).toBe(3);
    some((key) => key.status === "active" && key.lastUsedAt === null);
    some((key) => (key.customers ?? []).length > 0);
    some((key) => key.ipAllowlist.length > 0);
    some((key) => Object.keys(key.rateLimits).length === 3);
    some((key) => key.overlapUntil !== null);
    const now = one.clock.now().getTime();
    const soon = (key: (typeof keys)[number]) => Date.parse(key.expiresAt ?? "") - now;
    some((key) => soon(key) > 0 && soon(key) < 14 * DAY_MS);
    for (const { lastUsedAt, createdAt } of keys) {
      if (lastUsedAt === null) continue;
      expect(Date.parse(lastUsedAt)).toBeLessThanOrEqual(now);
      expect(lastUsedAt > createdAt).toBe(true);
    }
  });

  test("licences of every status, with activations, and telemetry with every flag on each of thirty days", async () => {
    const sql = sqlOf(one);
    const now = one.clock.now().toISOString();
    const statuses = await sql<{ status: string }[]>`
      select distinct case when revoked_at is not null then 'revoked' when suspended_at is not null then 'suspended'
        when expires_at <= ${now}::timestamptz then 'expired' when customer_id is null then 'available' else 'active' end as status
      from licenses`;
    expect(statuses.map(({ status }) => status).sort()).toEqual([...LICENSE_STATUSES].sort());
    expect((await present("unnest(flags)", "telemetry_events")).sort()).toEqual(
      [...TELEMETRY_FLAG_NAMES].sort(),
    );
    expect(await present("received_at::date", "telemetry_events")).toHaveLength(30);
    const [replaced] = await sql`select 1 from activations where deactivated_at is not null limit 1`;
    expect(replaced).toBeDefined();
  });

  test("jobs that ended in every way, with real results, and none that is still to be done", async () => {
    const ended = JOB_STATUSES.filter((status) => status !== "queued" && status !== "running");
    expect((await present("status", "job_records")).sort()).toEqual([...ended].sort());
    const [failed] = await sqlOf(one)`select error from job_records where status = 'failed' limit 1`;
    expect(failed?.error).toMatchObject({ code: "key_revoked" });
    expect(await present("count(*) > 10", "job_result_parts")).toEqual([true]);
  });

  test("permissions of the operator's own, which a key has, and webhooks that were taken, tried again and given up", async () => {
    expect(await present("name", "permissions")).toContain("orders:read");
    const { data: keys } = await listKeys(one.context(), parse(listKeysSchema, { limit: 100 }));
    expect(keys.some((key) => key.permissions.includes("orders:write" as never))).toBe(true);
    expect((await present("state", "webhook_deliveries")).sort()).toEqual(["delivered", "failed"]);
    expect(await present("max(attempts) > 1 and count(*) > 20", "webhook_deliveries")).toEqual([true]);
    expect((await present("disabled_reason", "webhook_endpoints")).sort()).toEqual(["gone", "manual"]);
  });

  test("no endpoint that anything is sent to: nobody outside hears of a demo", async () => {
    expect(await present("disabled_at is null", "webhook_endpoints")).toEqual([false]);
  });

  test("an audit whose chain holds", async () => {
    const { broken, head } = await verifyAudit(one.context());
    expect(broken).toBeNull();
    expect(head.position).toBeGreaterThan(50);
  });

  test("nothing that has not happened yet", async () => {
    const [later] = await sqlOf(one)`
      select * from (
        select max(created_at) as at from licenses union all select max(at) from audit_events
        union all select max(received_at) from telemetry_events union all select max(finished_at) from job_records
      ) as latest where at > ${one.clock.now().toISOString()}::timestamptz`;
    expect(later).toBeUndefined();
  });
});

test("gives somebody who wants to look an owner who can sign in, and keys that work", async () => {
  expect(filled.owner?.email).toBe(DEFAULT_OWNER);
  expect(
    await signIn(one.context(), { email: DEFAULT_OWNER, password: filled.owner?.password ?? "" }),
  ).not.toBeNull();
  for (const { name, secret } of filled.keys) {
    expect(await findKey(one.context(), secret)).toMatchObject({ name, revokedAt: null });
  }
});

describe("refuses, and changes nothing,", () => {
  const unchanged = async (fixture: Fixture, fill: () => Promise<unknown>, message: RegExp) => {
    const before = await everyRow(fixture);
    await expect(fill()).rejects.toThrow(message);
    expect(await everyRow(fixture)).toEqual(before);
  };

  test("where something is there already", async () => {
    await unchanged(
      one,
      () => fillDemo(background(one), SEED),
      /not empty: it has API keys, customers, licences/,
    );
  });

  test("to tell a seed's story twice, also beside what is there", async () => {
    await unchanged(
      one,
      () => fillDemo(background(one), { ...SEED, add: true }),
      /demo of this seed is here already/,
    );
  });
});

test("leaves administrators as they are, and makes an owner beside them only where one is asked for", async () => {
  expect(otherOwner).toBeNull();
  expect(await signIn(other.context(), ADMIN)).not.toBeNull();
  const wanted = { seed: "another", owner: ADMIN.email, add: true };
  await expect(fillDemo(background(other), wanted)).rejects.toEqual(refusal("conflict"));
  const added = await fillDemo(background(other), { ...wanted, owner: "you@acme.example" });
  expect(added.owner?.email).toBe("you@acme.example");
}, 120_000);
