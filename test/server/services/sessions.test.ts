import { suiteFixture } from "@test/support/suite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { hashPassword } from "@/server/core/passwords";
import { tokenDigest } from "@/server/core/secrets";
import { withTransaction } from "@/server/database/session";
import { createAdmin, signIn } from "@/server/services/admins";
import { adminOfSession, endSession, purgeSessions, startSession } from "@/server/services/sessions";
import { everyRow, sqlOf } from "./support";

const fixture = suiteFixture();
let owner: AdminView;
let other: AdminView;

const PASSWORD = "correct horse battery";
const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;

beforeAll(async () => {
  const input = { password: PASSWORD, role: "owner", name: "" } as const;
  owner = await createAdmin(fixture.context(), { ...input, email: "owner@acme.example" });
  other = await createAdmin(fixture.context(), { ...input, email: "other@acme.example" });
});

beforeEach(() => sqlOf(fixture)`delete from sessions`);

const start = (admin = owner, agent = "Firefox") =>
  withTransaction({ ...fixture.context(), ip: "203.0.113.1", userAgent: agent }, (ctx) =>
    startSession(ctx, admin.id),
  );
const find = (token: string) => adminOfSession(fixture.context(), { kind: "token", token });
const end = (token: string) => endSession(fixture.context(), { kind: "token", token });
const rows = () => sqlOf(fixture)`select * from sessions`;

describe("A session", () => {
  test("is its administrator, as the database has them now", async () => {
    const token = await start();
    expect(await find(token)).toEqual(owner);
    await sqlOf(fixture)`update admins set name = 'Married since' where id = ${owner.id}`;
    expect(await find(token)).toEqual({ ...owner, name: "Married since" });
    await sqlOf(fixture)`update admins set name = '' where id = ${owner.id}`;
  });

  test("is kept as the digest of its token, with where it was started; whoever reads the database cannot take it", async () => {
    const token = await start(owner, `Firefox ${"x".repeat(10_000)}`);
    const [row] = await rows();
    expect(row).toMatchObject({ token_digest: tokenDigest(token), ip: "203.0.113.1", admin_id: owner.id });
    expect(row?.user_agent).toHaveLength(200);
    expect(JSON.stringify(await everyRow(fixture)) + fixture.log()).not.toContain(token);
    expect(await find(tokenDigest(token))).toBeNull();
  });

  test("ends at once when it is signed out, and no other does", async () => {
    const [token, beside] = [await start(), await start()];
    await end(token);
    expect(await find(token)).toBeNull();
    expect(await find(beside)).toEqual(owner);
    await end(token);
    await end("never");
    expect(await find(beside)).toEqual(owner);
  });

  test.each([
    ["their role", "role = 'viewer'", "role = 'owner'"],
    ["their password", "password_hash = 'x'", "password_hash = 'y'"],
    ["their deactivation", "deactivated_at = now()", "deactivated_at = null"],
  ])(
    "ends at once with a change of %s, by whatever hand; changed back, it stays ended",
    async (_, change, back) => {
      const [token, beside] = [await start(other), await start(owner)];
      await sqlOf(fixture).unsafe(`update admins set ${change} where id = '${other.id}'`);
      expect(await find(token)).toBeNull();
      await sqlOf(fixture).unsafe(`update admins set ${back} where id = '${other.id}'`);
      expect(await find(token)).toBeNull();
      expect(await find(beside)).toEqual(owner);
    },
  );

  test("ends with a change of NEXTAUTH_SECRET, and counts on where a version that noted no secret had started it", async () => {
    const token = await start();
    const changed = { ...fixture.context(), sessionSecret: "another secret of the installation's" };
    const credential = { kind: "token", token } as const;
    expect(await adminOfSession(changed, credential)).toBeNull();
    expect(await find(token)).toEqual(owner);
    await sqlOf(fixture)`update sessions set secret_check = null`;
    expect(await adminOfSession(changed, credential)).toEqual(owner);
  });

  test("ends after 7 days, however busy it is", async () => {
    const token = await start();
    for (let hour = 6; hour < 7 * 24; hour += 6) {
      fixture.clock.advance(6 * HOUR);
      expect(await find(token)).not.toBeNull();
    }
    fixture.clock.advance(6 * HOUR - 1);
    expect(await find(token)).not.toBeNull();
    fixture.clock.advance(1);
    expect(await find(token)).toBeNull();
  });

  test("ends 12 hours after its last request", async () => {
    const token = await start();
    fixture.clock.advance(12 * HOUR - 1);
    expect(await find(token)).not.toBeNull();
    fixture.clock.advance(12 * HOUR - 1);
    expect(await find(token)).not.toBeNull();
    fixture.clock.advance(12 * HOUR);
    expect(await find(token)).toBeNull();
  });

  test("notes its last request once a minute, and is there where nothing can be noted", async () => {
    const seen = async () => new Date((await rows())[0]?.last_seen_at);
    const token = await start();
    const started = await seen();
    fixture.clock.advance(MINUTE - 1);
    await find(token);
    expect(await seen()).toEqual(started);
    fixture.clock.advance(1);
    await Promise.all([find(token), find(token)]);
    expect(await seen()).toEqual(fixture.clock.now());

    fixture.clock.advance(MINUTE);
    await sqlOf(fixture)`create trigger refuse before update on sessions for each row
      execute function audit_events_refuse_change()`;
    expect(await find(token)).toEqual(owner);
    await sqlOf(fixture)`drop trigger refuse on sessions`;
  });
});

test("A sign-in under way while the password changes starts no session", async () => {
  let attempt: ReturnType<typeof signIn> | undefined;
  const passwordHash = await hashPassword("another horse battery");
  const email = "changing@acme.example";
  await createAdmin(fixture.context(), { email, password: PASSWORD, role: "owner", name: "" });
  await sqlOf(fixture).begin(async (sql) => {
    await sql`update admins set password_hash = ${passwordHash} where email = ${email}`;
    attempt = signIn(fixture.context(), { email, password: PASSWORD });
    // It has found the old password right, and waits for the row.
    await expect
      .poll(async () => (await sqlOf(fixture)`select from pg_locks where not granted`).length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(0);
  });
  expect(await attempt).toBeNull();
  expect(await rows()).toEqual([]);
});

test("Maintenance removes the rows of sessions that have ended by themselves, and no others", async () => {
  const old = await start();
  fixture.clock.advance(6 * HOUR);
  const busy = await start();
  fixture.clock.advance(6 * HOUR + 1);
  expect(await purgeSessions(fixture.context())).toBe(1);
  expect(await purgeSessions(fixture.context())).toBe(0);
  expect(await find(old)).toBeNull();
  expect(await find(busy)).toEqual(owner);
  fixture.clock.advance(7 * DAY);
  expect(await purgeSessions(fixture.context())).toBe(1);
});
