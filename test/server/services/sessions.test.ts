import { keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { newId } from "@/server/core/ids";
import { hashPassword } from "@/server/core/passwords";
import { tokenDigest } from "@/server/core/secrets";
import { withTransaction } from "@/server/database/session";
import { createAdmin, signIn } from "@/server/services/admins";
import {
  adminOfSession,
  deviceOf,
  endOtherSessions,
  endSession,
  listSessions,
  purgeSessions,
  signOut,
  startSession,
} from "@/server/services/sessions";
import { changeSessionLifetimes } from "@/server/services/settings";
import { auditOf, everyRow, refusal, sqlOf } from "./support";

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
    startSession(ctx, admin.id).then(({ token }) => token),
  );
const find = async (token: string) =>
  (await adminOfSession(fixture.context(), { kind: "token", token }))?.admin ?? null;
const end = (token: string) => signOut(fixture.context(), { kind: "token", token });
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
    expect(await adminOfSession(changed, credential)).toMatchObject({ admin: owner });
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

  test("is not kept alive by a page that asks by itself while nobody is at it", async () => {
    const token = await start();
    const ask = (isUnattended: boolean) =>
      adminOfSession(fixture.context(), { kind: "token", token }, { isUnattended });
    for (let hour = 1; hour < 12; hour++) {
      fixture.clock.advance(HOUR);
      expect(await ask(true)).not.toBeNull();
    }
    fixture.clock.advance(HOUR - 1);
    expect(await ask(false)).not.toBeNull();
    fixture.clock.advance(12 * HOUR - 1);
    expect(await ask(true)).not.toBeNull();
    fixture.clock.advance(1);
    expect(await ask(true)).toBeNull();
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

describe("The settings of how long sessions last", () => {
  afterEach(() => changeSessionLifetimes(fixture.context(), { sessionDays: 7, idleHours: 12 }));

  test("end a session with its next request where they were shortened, and leave it its end where they were lengthened", async () => {
    const token = await start();
    fixture.clock.advance(3 * HOUR);
    await changeSessionLifetimes(fixture.context(), { idleHours: 2 });
    expect(await find(token)).toBeNull();
    await changeSessionLifetimes(fixture.context(), { idleHours: 720 });
    expect(await find(token)).toEqual(owner);
    fixture.clock.advance(2 * DAY);
    await changeSessionLifetimes(fixture.context(), { sessionDays: 2 });
    expect(await find(token)).toBeNull();
    await changeSessionLifetimes(fixture.context(), { sessionDays: 90 });
    expect(await find(token)).toEqual(owner);
    fixture.clock.advance(5 * DAY);
    expect(await find(token)).toBeNull();
    const after = await start();
    fixture.clock.advance(29 * DAY);
    expect(await find(after)).toEqual(owner);
  });

  test("hold for what maintenance removes", async () => {
    await changeSessionLifetimes(fixture.context(), { idleHours: 24 });
    await start();
    fixture.clock.advance(13 * HOUR);
    expect(await purgeSessions(fixture.context())).toBe(0);
    fixture.clock.advance(12 * HOUR);
    expect(await purgeSessions(fixture.context())).toBe(1);
  });
});

describe("One's own sessions", () => {
  const UBUNTU = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const MAC =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15";

  /** The context of a request with the session's cookie. */
  const as = async (token: string, userAgent: string | null = null) => {
    const found = await adminOfSession(fixture.context(), { kind: "token", token });
    if (!found) throw new Error("no session");
    return {
      ...fixture.context({ kind: "admin", ...found.admin, sessionId: found.sessionId }),
      userAgent,
    };
  };

  test("are listed with device, address and times, those of others and those that have ended left out", async () => {
    await start(owner, UBUNTU);
    fixture.clock.advance(12 * HOUR);
    await start(other, UBUNTU);
    const first = await start(owner, MAC);
    fixture.clock.advance(HOUR);
    const now = await start(owner, "curl/8.5.0");
    const listed = await listSessions(await as(now));
    expect(listed).toMatchObject([
      { device: "an unknown browser", address: "203.0.113.1", isCurrent: true },
      { device: "Safari on macOS", isCurrent: false },
    ]);
    const started = new Date(fixture.clock.now().getTime() - HOUR * 1_000);
    expect(listed[1]).toMatchObject({
      createdAt: started.toISOString(),
      lastSeenAt: started.toISOString(),
      endsAt: new Date(started.getTime() + 12 * HOUR * 1_000).toISOString(),
    });
    expect(await find(first)).toEqual(owner);
  });

  test.each([
    [null, "an unknown browser"],
    ["", "an unknown browser"],
    ["\u0000".repeat(200), "an unknown browser"],
    ["<script>alert(1)</script>", "an unknown browser"],
    [UBUNTU, "Firefox on Linux"],
  ])("are named by what the browser says of itself, whatever that is: %j", (agent, device) => {
    expect(deviceOf(agent)).toBe(device);
  });

  test("end one by one; somebody else's does not, and is answered like one that never was", async () => {
    const [own, beside, foreign] = [await start(), await start(owner, UBUNTU), await start(other)];
    const idOf = async (token: string) =>
      (await adminOfSession(fixture.context(), { kind: "token", token }))?.sessionId ?? newId("ses");
    const besideId = await idOf(beside);
    const rows = await auditOf(fixture, async () => {
      expect(await endSession(await as(own), { id: besideId })).toEqual({ ended: true });
    });
    expect(rows).toMatchObject([
      { action: "session.end", actor: owner.email, subjectId: besideId, subjectName: "Firefox on Linux" },
    ]);
    expect(await find(beside)).toBeNull();
    for (const id of [await idOf(foreign), besideId, newId("ses")])
      expect(await endSession(await as(own), { id })).toEqual({ ended: false });
    expect(await find(foreign)).toEqual(other);
    expect(await find(own)).toEqual(owner);
  });

  test("end all but the one that asks; nobody else's do", async () => {
    const [own, foreign] = [await start(), await start(other)];
    const others = [await start(), await start()];
    const rows = await auditOf(fixture, async () => {
      expect(await endOtherSessions(await as(own, UBUNTU))).toEqual({ ended: 2 });
      expect(await endOtherSessions(await as(own, UBUNTU))).toEqual({ ended: 0 });
    });
    expect(rows).toMatchObject([
      { action: "session.end_others", subjectName: "Firefox on Linux", after: { sessions: 2 } },
    ]);
    for (const token of others) expect(await find(token)).toBeNull();
    expect(await find(own)).toEqual(owner);
    expect(await find(foreign)).toEqual(other);
  });

  test("are nothing that the system or a key has", async () => {
    await expect(listSessions(fixture.context())).rejects.toEqual(refusal("not_found"));
    await expect(listSessions(fixture.context(keyPrincipal()))).rejects.toEqual(refusal("permission_denied"));
  });

  test("signed out, they are on record as the administrator's doing", async () => {
    const token = await start(owner, MAC);
    const rows = await auditOf(fixture, () => end(token));
    expect(rows).toMatchObject([
      { action: "session.end", actor: owner.email, actorId: owner.id, subjectName: "Safari on macOS" },
    ]);
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
