import { TestClock } from "@test/support/fixture";
import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { SESSION_SECRET } from "@test/support/secrets";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readEnv } from "@/env";
import { principalOf, requestMetaOf } from "@/server/auth/principal";
import { credentialIn } from "@/server/auth/session-cookie";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";
import { createRuntime } from "@/server/runtime/create";
import { contextFor, type Runtime } from "@/server/runtime/runtime";
import { signOut } from "@/server/services/sessions";
import { legacyToken, SESSION_COOKIE } from "../trpc/support";

const HOUR = 3_600;

const OWNER = `adm_${"0".repeat(25)}1`;
const OTHER = `adm_${"0".repeat(25)}2`;
const FORMER = `adm_${"0".repeat(25)}3`;

describe("An installation of before sessions were rows, once upgraded", () => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let clock: TestClock;
  let runtime: Runtime;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    await migrateDatabase(database.url, { folder: migrationsBefore("_sessions_are_rows") });
    sql = postgres(database.url, { max: 1, onnotice: () => undefined });
    await sql`
      insert into admins (id, email, role, password_hash, session_version, deactivated_at, created_at) values
        (${OWNER}, 'owner@acme.example', 'owner', 'x', 3, null, now()),
        (${OTHER}, 'other@acme.example', 'viewer', 'x', 1, null, now()),
        (${FORMER}, 'former@acme.example', 'owner', 'x', 1, now(), now())`;
    await migrateDatabase(database.url);
    await sql`create table adopted as select * from sessions`;
  });

  beforeEach(async () => {
    await sql`truncate sessions`;
    await sql`insert into sessions select * from adopted`;
    clock = new TestClock(new Date());
    await runtime?.databases.end();
    runtime = createRuntime(readEnv({ NODE_ENV: "test" }), createLogger("silent"), {
      url: database.url,
      pepper: undefined,
      sessionSecret: SESSION_SECRET,
      clock,
    });
  });

  afterAll(async () => {
    await runtime?.databases.end();
    await sql?.end();
    await database?.drop();
  });

  const cookieOf = async (sub: string, sessionVersion: number, secret?: string) =>
    new Headers({
      cookie: `${SESSION_COOKIE}=${await legacyToken({ sub, sessionVersion }, secret, 12 * HOUR)}`,
    });
  const who = async (headers: Headers) =>
    (await principalOf(runtime, headers, requestMetaOf(runtime, headers)))?.email ?? null;

  test("knows who was signed in, by the cookie they have", async () => {
    expect(await who(await cookieOf(OWNER, 3))).toBe("owner@acme.example");
    expect(await who(await cookieOf(OTHER, 1))).toBe("other@acme.example");
  });

  test("knows none whom the former version had sent away, nor a cookie that it did not make", async () => {
    expect(await who(await cookieOf(OWNER, 2))).toBeNull();
    expect(await who(await cookieOf(FORMER, 1))).toBeNull();
    expect(await who(await cookieOf(OWNER, 3, "another-secret-of-the-tests"))).toBeNull();
    const stored = new Headers({ cookie: `${SESSION_COOKIE}=legacy:${OWNER}:3` });
    expect(await who(stored)).toBeNull();
  });

  test("takes such a cookie for twelve hours, however busy it is", async () => {
    const headers = await cookieOf(OWNER, 3);
    clock.advance(11 * HOUR);
    expect(await who(headers)).toBe("owner@acme.example");
    clock.advance(HOUR);
    expect(await who(headers)).toBeNull();
  });

  test("takes no copy of such a cookie once its administrator has signed out, or their password has changed", async () => {
    const copy = await cookieOf(OWNER, 3);
    const credential = await credentialIn(runtime, await cookieOf(OWNER, 3));
    if (!credential) throw new Error("no credential");
    await signOut(contextFor(runtime, { kind: "system", name: "sign-in" }), credential);
    expect(await who(copy)).toBeNull();
    expect(await who(await cookieOf(OTHER, 1))).toBe("other@acme.example");
    await sql`update admins set password_hash = 'y' where id = ${OTHER}`;
    expect(await who(await cookieOf(OTHER, 1))).toBeNull();
  });
});
