import { createHash, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type CallOptions, call, expectProblem, overNetwork } from "@test/support/calls";
import { type Console, consoleOf, signIn } from "@test/support/console";
import { type Mount, startMount } from "@test/support/mounts";
import { oldDataDirectory } from "@test/support/old-installation";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { maskApiKey } from "@/contracts/key-shape";
import type { Permission } from "@/contracts/permissions";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { hashPassword } from "@/server/core/passwords";
import { keyDigest } from "@/server/core/secrets";
import type { Secrets } from "@/server/runtime/secrets-file";
import { runProgram } from "../cli/run";
import { legacyToken, SESSION_COOKIE } from "../server/trpc/support";

const HALF_A_DAY_SECONDS = 43_200;
const EXPIRED_AT = new Date(Date.now() - MINUTE_MS);
const PASSWORD = "correct horse battery staple";
const OWNER = { id: newId("adm"), email: "owner@acme.example", sessionVersion: 3 };
const ADA = newId("cus");
const ZOE = newId("cus");
const LICENSE = { id: newId("lic"), key: "E4Y6W-V8MUB-M7Y68-QT7JB-49JYC" };
const FINISHED_JOB = newId("job");
const QUEUED_JOB = newId("job");
const RESULT = "id,email\r\nlic_1,ada@acme.example\r\n";
const OLD_REQUEST = newId("req");
const FIRST_ANSWER = '{"id":"cus_first","email":"first@acme.example"}';
const REPEATED = { email: "first@acme.example" };

const ALL = ["customers:read", "customers:write", "licenses:read", "jobs:read"];
/** The preset for apps of that release: sending telemetry let a key read it too. */
const APP = ["licenses:validate", "telemetry:write"];

interface OldKey {
  id: string;
  secret: string;
}
type OldKeys = Record<
  "all" | "app" | "reader" | "revoked" | "expired" | "restricted" | "overlapping",
  OldKey
>;

/** Rows as that release wrote them, in the columns it had. */
async function fill(sql: postgres.Sql, { keyPepper }: Secrets): Promise<OldKeys> {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const addKey = async (name: string, permissions: string[], more: Record<string, unknown> = {}) => {
    const environment: Environment = "production";
    const [id, secret] = [newId("key"), generateKey("kw", environment)];
    await sql`
      insert into api_keys ${sql({
        id,
        name,
        environment,
        digest: keyDigest(secret, keyPepper),
        display: maskApiKey(secret),
        permissions,
        rate_limits: sql.json({ minute: 1_000 }) as never,
        created_by: OWNER.email,
        created_at: new Date(Date.now() - DAY_MS),
        updated_at: new Date(Date.now() - DAY_MS),
        ...more,
      })}`;
    return { id, secret };
  };
  await sql`
    insert into admins (id, email, role, password_hash, session_version, created_at)
    values (${OWNER.id}, ${OWNER.email}, 'owner', ${await hashPassword(PASSWORD)}, ${OWNER.sessionVersion}, now())`;
  await sql`
    insert into customers (id, environment, email, name, created_at, updated_at) values
      (${ADA}, 'production', 'ada@acme.example', 'Ada', now(), now()),
      (${ZOE}, 'production', 'zoe@acme.example', 'Zoë', now(), now()),
      (${newId("cus")}, 'staging', 'elsewhere@acme.example', 'Elsewhere', now(), now())`;
  const replaced = generateKey("kw", "production");
  const keys = {
    all: await addKey("all", ALL),
    app: await addKey("app", APP),
    reader: await addKey("reader", APP),
    revoked: await addKey("revoked", ALL, { revoked_at: new Date(), revoked_by: OWNER.email }),
    expired: await addKey("expired", ALL, { expires_at: EXPIRED_AT }),
    restricted: await addKey("restricted", ALL, { customer_scoped: true }),
    overlapping: await addKey("overlapping", ALL, {
      previous_digest: keyDigest(replaced, keyPepper),
      previous_until: new Date(Date.now() + HOUR_MS),
    }),
  };
  keys.overlapping.secret = replaced;
  await sql`insert into api_key_customers values (${keys.restricted.id}, ${ADA}, 'production')`;
  await sql`
    insert into licenses (id, environment, key, product, customer_id, activation_limit, activation_count, created_at, updated_at)
    values (${LICENSE.id}, 'production', ${LICENSE.key}, 'editor', ${ADA}, 3, 1, now(), now())`;
  await sql`
    insert into activations (id, environment, license_id, identifier, created_at)
    values (${newId("act")}, 'production', ${LICENSE.id}, 'laptop', now())`;
  await sql`
    insert into telemetry_events (id, environment, received_at, type, at, license_id, customer_id, identifier, data, flags)
    values (${newId("evt")}, 'production', now(), 'app.start', now(), ${LICENSE.id}, ${ADA}, 'laptop', '{}', '{}')`;
  await sql`insert into telemetry_daily values ('production', (now() at time zone 'UTC')::date, 1, 0)`;
  await sql`
    insert into job_records (id, environment, type, status, input, done, total, actor_kind, actor_id, actor_name, key_id,
      run_after, created_at, finished_at, result_expires_at)
    values
      (${FINISHED_JOB}, 'production', 'licenses.export', 'succeeded', '{"filter": {}}', 1, 1, 'key', ${keys.all.id}, 'all',
        ${keys.all.id}, now(), now(), now(), now() + interval '7 days'),
      (${QUEUED_JOB}, 'production', 'licenses.export', 'queued', '{"filter": {}}', 0, null, 'key', ${keys.all.id}, 'all',
        ${keys.all.id}, now(), now(), null, null)`;
  await sql`insert into job_result_parts values (${FINISHED_JOB}, 0, 'production', ${gzipSync(RESULT)})`;
  for (const [days, requestId] of [
    [0, newId("req")],
    [1, OLD_REQUEST],
  ] as const) {
    await sql`
      insert into requests (at, entry, request_id, environment, method, route, path, status, duration_ms, key_id,
        request_bytes, response_bytes)
      values (now() - ${days} * interval '1 day', ${randomUUID()}, ${requestId}, 'production', 'GET', 'GET /customers',
        '/api/v1/production/customers', 200, 1.5, ${keys.all.id}, 0, 200)`;
  }
  await sql`
    insert into usage_hourly values
      (date_trunc('hour', now()), ${keys.all.id}, 'production', 'GET /customers', 'customers:read', 2, '', 2, 3)`;
  await sql`
    insert into usage_permissions values
      (${keys.reader.id}, 'telemetry:read', now() - interval '2 days'), (${keys.app.id}, 'telemetry:write', now())`;
  for (const [name, { id }] of Object.entries(keys)) {
    await sql`
      insert into audit_events (id, at, actor_kind, actor_id, actor, action, subject_id, subject_name, environment, after)
      values (${newId("aud")}, now(), 'admin', ${OWNER.id}, ${OWNER.email}, 'key.create', ${id}, ${name}, 'production',
        ${sql.json({ name })})`;
  }
  for (const key of [keys.all, keys.restricted]) {
    const request = ["post", "/api/v1/production/customers", JSON.stringify(REPEATED)];
    await sql`
      insert into idempotency_records (key_id, idempotency_key, environment, fingerprint, status, headers, body, created_at)
      values (${key.id}, ${digest("once").toString("base64url")}, 'production', ${digest(JSON.stringify(request))}, 201,
        '{}', ${FIRST_ANSWER}, now())`;
  }
  return keys;
}

describe("An installation of before this edition, started with it,", () => {
  let dataDir: string;
  let keys: OldKeys;
  let mount: Mount;
  let owner: Console;
  /** The session cookie of the time, by the session's version. */
  let cookieOf: (sessionVersion: number) => Promise<string>;

  beforeAll(async () => {
    dataDir = await oldDataDirectory(async (sql, secrets) => {
      keys = await fill(sql, secrets);
      cookieOf = async (sessionVersion) => {
        const claims = { sub: OWNER.id, sessionVersion };
        const token = await legacyToken(claims, secrets.nextAuthSecret, HALF_A_DAY_SECONDS);
        return `${SESSION_COOKIE}=${token}`;
      };
    });
    // Nothing but the directory: as a laptop has it.
    const none = { DATABASE_URL: "", KEY_PEPPER: "", NEXTAUTH_SECRET: "" };
    mount = await startMount("main.ts", "", { ...none, DATA_DIR: dataDir });
    owner = consoleOf(mount, await cookieOf(OWNER.sessionVersion));
  });
  afterAll(() => mount?.stop());

  const ask = (name: keyof OldKeys, method: string, path: string, options: CallOptions = {}) =>
    call(overNetwork(mount), method, `/production${path}`, { key: keys[name].secret, ...options });
  const emailsFor = async (name: keyof OldKeys) => {
    const { status, json } = await ask(name, "GET", "/customers");
    expect(status).toBe(200);
    return (json.data as { email: string }[]).map(({ email }) => email).toSorted();
  };

  test("keeps the environments apart by logins of their own", async () => {
    const answer = await fetch(`${mount.url}/api/ready`);
    expect(await answer.json()).toMatchObject({ status: "ready", isolation: "logins" });
  });

  test("serves every key that was good, with an overlapping secret too, and within its environment and customers", async () => {
    expect(await emailsFor("all")).toEqual(["ada@acme.example", "zoe@acme.example"]);
    expect(await emailsFor("overlapping")).toEqual(["ada@acme.example", "zoe@acme.example"]);
    expect(await emailsFor("restricted")).toEqual(["ada@acme.example"]);
    const body = { key: LICENSE.key, identifier: "laptop" };
    const validated = await ask("app", "POST", "/licenses/validate", { body });
    expect(validated.json).toMatchObject({ valid: true, license: { key: LICENSE.key, product: "editor" } });
    expect(validated.json.license).not.toHaveProperty("customerId");
  });

  test("goes on refusing the keys that were revoked or had expired", async () => {
    expectProblem(await ask("revoked", "GET", "/customers"), "key_revoked");
    expectProblem(await ask("expired", "GET", "/customers"), "key_expired", {
      expiredAt: EXPIRED_AT.toISOString(),
    });
  });

  test("lets a key read telemetry that did so through telemetry:write, takes it from the other, and has both in Audit", async () => {
    const events = await ask("reader", "GET", "/telemetry");
    expect(events.json.data).toMatchObject([{ type: "app.start", identifier: "laptop" }]);
    const missingPermissions: Permission[] = ["telemetry:read"];
    expectProblem(await ask("app", "GET", "/telemetry"), "permission_denied", { missingPermissions });
    const { data } = await owner.query("audit.list", { environment: "production", actor: "upgrade" });
    const rows = (data as { data: { subjectId: string; after: unknown }[] }).data;
    expect(Object.fromEntries(rows.map(({ subjectId, after }) => [subjectId, after]))).toEqual({
      [keys.reader.id]: {
        reason: expect.stringContaining("which this key used"),
        permissions: ["licenses:validate", "telemetry:read", "telemetry:write"],
      },
      [keys.app.id]: { reason: expect.stringContaining("did not use"), includedPermissions: [] },
    });
  });

  test("gives the first answer to a repeat of before, but not to a key that is restricted to customers", async () => {
    const options = { headers: { "idempotency-key": "once" }, body: REPEATED };
    const repeat = await ask("all", "POST", "/customers", options);
    expect([repeat.status, repeat.text, repeat.headers.get("idempotency-replayed")]).toEqual([
      201,
      FIRST_ANSWER,
      "true",
    ]);
    const restricted = await ask("restricted", "POST", "/customers", options);
    expect(restricted.status).not.toBe(201);
    expect(restricted.text).not.toContain("cus_first");
  });

  test("has the results of finished jobs, and does the jobs that were in line", async () => {
    expect(await ask("all", "GET", `/jobs/${FINISHED_JOB}/result`)).toMatchObject({
      status: 200,
      text: RESULT,
    });
    const job = async () => (await ask("all", "GET", `/jobs/${QUEUED_JOB}`)).json;
    await vi.waitFor(async () => expect(await job()).toMatchObject({ status: "succeeded" }), {
      timeout: 30_000,
    });
    expect((await ask("all", "GET", `/jobs/${QUEUED_JOB}/result`)).text).toContain(LICENSE.key);
  });

  test("shows the calls of before in Logs", async () => {
    const { data } = await owner.query("requests.list", { keyId: keys.all.id, period: "7d" });
    expect((data as { data: unknown[] }).data).toEqual(
      expect.arrayContaining([expect.objectContaining({ requestId: OLD_REQUEST, status: 200 })]),
    );
  });

  test("keeps whoever was signed in, by the cookie they have, and not a session that had ended; the password is the same", async () => {
    expect((await owner.query("audit.actors", undefined)).status).toBe(200);
    const ended = consoleOf(mount, await cookieOf(OWNER.sessionVersion - 1));
    expect((await ended.query("audit.actors", undefined)).status).toBe(401);
    const anew = await signIn(mount, { email: OWNER.email, password: PASSWORD });
    expect((await anew?.query("audit.actors", undefined))?.status).toBe(200);
  });

  test("has an audit whose chain holds from its first event of before to its last", async () => {
    const verified = await runProgram(["audit", "verify", "--json"], { DATA_DIR: dataDir });
    expect(verified.code, verified.stderr).toBe(0);
  });
});
