// @module-tag long
import { type Answer, call, overNetwork, type PublicApi } from "@test/support/calls";
import {
  CLICKHOUSE_PASSWORD,
  type ClickHouseFront,
  startClickHouseFront,
} from "@test/support/clickhouse-front";
import { type Console, consoleOf, signIn } from "@test/support/console";
import { newEmail } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { misusesOf } from "./misuse";
import { everyColumnOfEveryTable, placesOf } from "./secret-search";

/** What a scanner would look for: a whole key. */
const ANY_KEY = /kw_(prod|stag|dev)_[0-9A-Za-z]{38}/;

const OWNER = { email: "owner@acme.example", password: "correct horse battery staple 42" };

let database: TestDatabase;
let sql: postgres.Sql;
let mount: Mount;
let clickhouse: ClickHouseFront;
let api: PublicApi;
/** Everything that must be nowhere, by what it is. */
const secrets = new Map<string, string>([
  ["the pepper", PEPPER],
  ["the secret of sessions", SESSION_SECRET],
]);
/** Texts of every answer but those that reveal a key. */
const answers: string[] = [];
/** The audit as files, in each format. */
const exports: string[] = [];
const licenseKeys: string[] = [];
const OLD_CUSTOMER = newId("cus");
let setUpToken = "";
let licenseKey = "";
let dump: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  // The log keeps all that it can be told to keep.
  await sql`insert into settings values ('requestLog', '{"headers": true, "bodies": true}')`;
  clickhouse = await startClickHouseFront();
  secrets.set("ClickHouse's password", CLICKHOUSE_PASSWORD);
  mount = await startMount("main.ts", database.url, {
    LOG_LEVEL: "debug",
    API_ENVIRONMENT: "staging",
    CLICKHOUSE_URL: clickhouse.url,
  });
  api = overNetwork(mount);
  await liveThroughADay();
  dump = await everyColumnOfEveryTable(sql);
});
afterAll(async () => {
  await sql?.end();
  await mount?.stop();
  await clickhouse?.stop();
  await database?.drop();
});

async function liveThroughADay(): Promise<void> {
  const admin = await becomeOwner();
  const good = await create(admin, {});
  const retired = await create(admin, { name: "Retired" });
  const elsewhere = await create(admin, { environment: "production" });
  for (const { secret } of [good, retired, elsewhere]) await use(secret);
  for (const { secret } of [good, elsewhere]) await misuse(secret, good.secret);
  await misuseAtConsole(admin, good.secret);
  await plantLicenseKey(admin, good.secret);

  const regenerated = await reveal(admin, "keys.regenerate", { id: retired.key.id, overlap: "1h" });
  const again = await reveal(admin, "keys.regenerate", {
    id: retired.key.id,
    overlap: "now",
    endsOverlap: regenerated.key.overlapUntil,
  });
  for (const { secret } of [retired, regenerated, again]) await use(secret);
  note(
    await admin.mutate("keys.update", { id: retired.key.id, name: "Renamed", permissions: ["jobs:read"] }),
  );
  note(await admin.mutate("keys.revoke", { id: retired.key.id, reason: "Leaked" }));
  for (const { secret } of [retired, again]) await use(secret);
  await misuse(again.secret, good.secret);
  note(await admin.mutate("keys.delete", { id: retired.key.id, name: "Renamed" }));
  await plantInRecords(admin, good.secret);
  await breakDown(admin, good.secret);
  for (const query of ["keys.get", "keys.limits"]) note(await admin.query(query, { id: good.key.id }));
  for (const query of ["keys.list", "audit.list", "overview.get"])
    note(await admin.query(query, query === "overview.get" ? { environment: null } : {}));
  for (const format of ["csv", "ndjson"]) {
    const headers = { cookie: admin.cookie, origin: mount.url };
    const answer = await fetch(`${mount.url}/api/audit/export?format=${format}`, { headers });
    expect(answer.status).toBe(200);
    exports.push(await answer.text());
  }
  // What is noted of the last use is written within half a second; stopping the process writes it at once.
  await mount.stop();
}

/** Sends a key everywhere but where it belongs. */
async function misuse(key: string, good: string): Promise<void> {
  const calls = misusesOf(key, good).map(({ method, path, ...options }) => call(api, method, path, options));
  for (const answer of await Promise.all(calls)) note(answer);
}

/** The first owner by the set-up page's way, and a session. A password that is wrong, and one that is not. */
async function becomeOwner(): Promise<Console> {
  // The terminal shows it a moment after the server has begun to listen.
  const shown = () => expect(mount.output()).toMatch(/\/setup#\S+/);
  await vi.waitFor(shown, { timeout: 10_000 });
  setUpToken = /\/setup#(\S+)/.exec(mount.output())?.[1] ?? "";
  secrets.set("the owner's password", OWNER.password);
  const wrong = `${OWNER.password}!`;
  note(await consoleOf(mount).mutate("setUp.complete", { token: setUpToken, ...OWNER }));
  note(await consoleOf(mount).mutate("setUp.complete", { token: setUpToken, ...OWNER }));
  expect(await signIn(mount, { ...OWNER, password: wrong })).toBeNull();
  expect(await signIn(mount, { email: OWNER.password, password: wrong })).toBeNull();
  const admin = await signIn(mount, OWNER);
  if (!admin) throw new Error(`Could not sign in:\n${mount.output()}`);
  secrets.set("the session's cookie", /session-token=([^;]+)/.exec(admin.cookie)?.[1] ?? "");
  return admin;
}

async function reveal(admin: Console, procedure: string, input: unknown): Promise<RevealedKey> {
  const answer = await admin.mutate(procedure, input);
  const revealed = answer.data as RevealedKey;
  expect(revealed?.secret, answer.text).toMatch(ANY_KEY);
  // The random part alone: without it a key is worth nothing, and cut-off keys are found too.
  secrets.set(`the secret ${secrets.size} of a key`, revealed.secret.slice(-38, -6));
  // All but the one place where it is shown.
  answers.push(JSON.stringify({ ...revealed, secret: null }));
  return revealed;
}

const create = (admin: Console, input: Partial<CreateKeyInput>) =>
  reveal(admin, "keys.create", {
    name: "In use",
    environment: "staging",
    permissions: ["customers:write", "licenses:validate"],
    rateLimits: { minute: 10_000 },
    ...input,
  });

function note(answer: Answer | { text: string }): void {
  answers.push(answer.text);
  if ("headers" in answer) answers.push([...answer.headers].flat().join("\n"));
}

async function use(key: string): Promise<void> {
  for (const environment of ["staging", "production"]) {
    note(await call(api, "GET", `/${environment}/key`, { key }));
    note(await call(api, "GET", `/${environment}/customers`, { key }));
    const headers = { "idempotency-key": `once-${environment}` };
    note(await call(api, "POST", `/${environment}/customers`, { key, headers, body: { email: newEmail() } }));
  }
}

/** A key where the console expects something else, and in place of a session. */
async function misuseAtConsole(admin: Console, key: string): Promise<void> {
  for (const input of [{ id: key }, { [key]: 1 }, { id: "key_00000000000000000000000000", name: key }, key]) {
    for (const procedure of ["keys.get", "keys.list", "audit.list", key])
      note(await admin.query(procedure, input));
    for (const procedure of ["keys.revoke", "keys.create", "keys.delete"])
      note(await admin.mutate(procedure, input));
  }
  note(await consoleOf(mount, `next-auth.session-token=${key}`).query("keys.list", {}));
  expect(await signIn(mount, { email: newEmail(), password: key })).toBeNull();
}

/** Keys typed into names, descriptions, reasons and metadata; and one in a row of before such texts were refused. */
async function plantInRecords(admin: Console, key: string): Promise<void> {
  const { key: own } = await create(admin, { name: "Target" });
  const email = newEmail();
  const environment = "staging";
  const rest = { environment, permissions: ["jobs:read"] };
  for (const text of [key, `see ${key}`, key.slice(0, -6)]) {
    for (const [procedure, input] of [
      ["keys.create", { ...rest, name: text }],
      ["keys.create", { ...rest, name: "N", description: text }],
      ["keys.update", { id: own.id, name: text }],
      ["keys.revoke", { id: own.id, reason: text }],
      ["keys.revokeMany", { ids: [own.id], reason: text }],
      ["keys.revokeWithMade", { id: own.id, reason: text }],
      ["customers.create", { environment, email, name: text }],
      ["customers.create", { environment, email, metadata: { note: text } }],
      ["licenses.create", { environment, product: text }],
      ["licenses.create", { environment, product: "P", customer: { email, name: text } }],
      ["licenses.create", { environment, product: "P", metadata: { note: text } }],
    ] as const) {
      const answer = await admin.mutate(procedure, input);
      expect([procedure, answer.status]).toEqual([procedure, 422]);
      expect(answer.text).toContain("This looks like an API key");
      note(answer);
    }
  }
  await sql`
    insert into customers (id, environment, email, name, metadata, created_at, updated_at)
    values (${OLD_CUSTOMER}, 'staging', 'old@acme.example', ${`Key ${key}`}, ${sql.json({ note: key })}, now(), now())`;
  const change = { id: OLD_CUSTOMER, name: "Clean", metadata: {} };
  expect((await admin.mutate("customers.update", change)).status).toBe(200);

  const license = await admin.mutate("licenses.create", { environment, product: "P" });
  const { id, key: licenseKey } = license.data as { id: string; key: string };
  licenseKeys.push(licenseKey);
  for (const [procedure, input] of [
    ["licenses.update", { id, features: ["export"] }],
    ["licenses.revoke", { id, reason: "Refunded" }],
    ["licenses.delete", { id }],
  ] as const) {
    expect((await admin.mutate(procedure, input)).status).toBe(200);
  }
}

/** A licence key in every place of a call, and where it belongs. */
async function plantLicenseKey(admin: Console, key: string): Promise<void> {
  const input = { environment: "staging", product: "Studio" };
  const created = await admin.mutate("licenses.create", input);
  licenseKey = (created.data as { key: string }).key;
  const encoded = licenseKey.replaceAll("-", "%2D");
  for (const text of [licenseKey, licenseKey.toLowerCase(), encoded, `Bearer%20${licenseKey}x`]) {
    for (const path of [`/staging/${text}`, `/staging/customers/${text}`, `/staging/customers?${text}`])
      await call(api, "GET", path, { key });
    for (const name of ["key", "licenseKey", "search", "cursor", "x"])
      await call(api, "GET", `/staging/customers?${name}=${text}`, { key });
    const headers = { "user-agent": text, "x-note": text, referer: `https://a.example/?k=${text}` };
    const body = { key: text, identifier: text };
    await call(api, "POST", "/staging/licenses/validate", { key, headers, body });
    await call(api, "POST", "/staging/customers", {
      key,
      headers,
      body: { email: text, name: { [text]: text } },
    });
    await call(api, "POST", "/staging/customers", { key, headers, raw: `{"name":"${text}` });
    await call(api, "GET", "/staging/key", {
      headers: { "x-api-key": text, authorization: `Basic ${text}` },
    });
  }
}

/** Faults of ours, whose inner text goes to the log: while a customer is stored, while a key is. */
async function breakDown(admin: Console, key: string): Promise<void> {
  await sql.unsafe(`
    create function fail() returns trigger language plpgsql as $$ begin raise 'a fault'; end $$;
    create trigger fail before insert on customers for each row execute function fail();
    create trigger fail before insert or update on api_keys for each row execute function fail()`);
  const headers = { "user-agent": key, "idempotency-key": "broken" };
  const answer = await call(api, "POST", "/staging/customers", {
    key,
    headers,
    body: { email: newEmail() },
  });
  expect(answer.status).toBe(500);
  note(answer);
  const input = { name: "Broken", environment: "staging", permissions: ["jobs:read"] };
  note(await admin.mutate("keys.create", input));
  await sql`drop function fail cascade`;
  expect(mount.output()).toContain("a fault");
}

/** Every place that has a secret in it, named by both. */
const findings = (texts: readonly string[], more: [string, string][] = []) =>
  placesOf(new Map([...secrets, ...more]), texts);

test("no row that went to ClickHouse holds any of them", () => {
  const rows = clickhouse.taken.map((row) => JSON.stringify(row));
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((row) => row.includes("request_headers")).length).toBeGreaterThan(50);
  expect(findings(rows, [["the set-up token", setUpToken]])).toEqual([]);
  expect(rows.filter((row) => ANY_KEY.test(row))).toEqual([]);
});

test("no column of any table holds a key, a password, a session, the pepper or the set-up token", () => {
  expect(dump.length).toBeGreaterThan(50);
  expect(findings(dump, [["the set-up token", setUpToken]])).toEqual([]);
  expect(dump.filter((row) => ANY_KEY.test(row))).toEqual([]);
});

test("no row of the audit and no export of it holds one, nor a licence key, and what was planted is told apart", () => {
  const rows = dump.filter((row) => row.startsWith("audit_events: "));
  expect(rows.length).toBeGreaterThan(10);
  expect(licenseKeys.map((key) => key.length)).toEqual([29]);
  for (const text of [...rows, ...exports]) {
    expect(ANY_KEY.test(text)).toBe(false);
    for (const key of licenseKeys) expect(text).not.toContain(key);
  }
  expect(findings(exports)).toEqual([]);
  for (const text of exports) {
    expect(text).toContain("Key kw_stag_");
    expect(text).toContain("license.delete");
  }
});

test("the log of calls, with headers and bodies, holds all calls and none of the licence keys in them", () => {
  const log = dump.filter((row) => /^(requests|usage|key_)/.test(row));
  expect(log.length).toBeGreaterThan(500);
  expect(licenseKey).toMatch(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$/);
  const planted = [licenseKey, licenseKey.replaceAll("-", "%2D")];
  const holds = (row: string) => planted.some((text) => row.toUpperCase().includes(text));
  expect(log.filter(holds)).toEqual([]);
  expect(mount.output().split("\n").filter(holds)).toEqual([]);
  // Two groups are enough to find what was only cut off.
  const groups = licenseKey.slice(6, 17);
  expect(log.filter((row) => row.toUpperCase().includes(groups))).toEqual([]);
  expect(log.join("\n")).toContain(`${licenseKey.slice(0, 4)}…${licenseKey.slice(-4)}`);
});

test("the server's whole output holds none of them, not even in the text of a fault", () => {
  expect(findings(mount.output().split("\n"))).toEqual([]);
  expect(mount.output()).not.toMatch(ANY_KEY);
  expect(mount.output()).not.toContain("$argon2");
});

test("no answer holds one, but the answers to create and regenerate", () => {
  expect(answers.length).toBeGreaterThan(500);
  expect(findings(answers)).toEqual([]);
  expect(answers.filter((answer) => ANY_KEY.test(answer))).toEqual([]);
});

test("what was looked for would have been found: digests, masked forms and names are there", () => {
  const text = dump.join("\n");
  for (const word of ["kw_stag_", "…", "In use", "$argon2id$", OWNER.email, "\\\\x"])
    expect(text).toContain(word);
});
