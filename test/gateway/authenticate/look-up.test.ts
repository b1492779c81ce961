import { sqlOf } from "@test/server/services/support";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test, vi } from "vitest";
import {
  type AuthRequest,
  authDependencies,
  authenticate,
  reauthenticate,
} from "@/gateway/authenticate/checks";
import { findKey } from "@/gateway/authenticate/look-up";
import { SELECT_CHANGES } from "@/gateway/authenticate/read-keys";
import { findKeyById } from "@/gateway/authenticate/verified-key";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { withStatement } from "@/server/database/session";
import { authFailurePolicies, authFailureSubject } from "@/server/rate-limit";
import { deleteKey, getKeyLimits, reactivateKey, regenerateKey, revokeKey } from "@/server/services/keys";

const fixture = suiteFixture();

const found = (secret: string) => findKey(fixture.context(), secret);

describe("A look-up", () => {
  test("remembers nothing: the next one sees what has changed, and a key that has come", async () => {
    const { key, secret } = await fixture.key();
    const context = fixture.context();
    expect(await found(secret)).toMatchObject({ revokedAt: null });
    await revokeKey(context, { id: key.id, reason: "" });
    expect(await found(secret)).toMatchObject({ revokedAt: fixture.clock.now() });
    await reactivateKey(context, { id: key.id });
    expect(await found(secret)).toMatchObject({ revokedAt: null });
  });

  test("finds what has changed by its number, however many notes of a bulk change there are", async () => {
    await sqlOf(fixture)`
      insert into key_changes (number, key_id)
      select 1, 'key_0' || lpad(n::text, 25, '0') from generate_series(1, 10000) as n`;
    await sqlOf(fixture)`analyze key_changes`;
    // As it is planned from the sixth time on, for whatever number.
    const { lookUps, records } = fixture.runtime.databases;
    for (const pool of [lookUps, records]) {
      const plan = await withStatement(pool, (sql) => sql.unsafe(`explain (generic_plan) ${SELECT_CHANGES}`));
      expect(JSON.stringify(plan)).toContain("Index Cond: (number > $1)");
      expect(JSON.stringify(plan)).not.toContain("Seq Scan on key_changes");
    }
  });

  test("together with 450 others has its own answer, whether there is one or not", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => fixture.key()));
    const asked = Array.from({ length: 450 }, (_, place) => made[place % 7]);
    const answers = await Promise.all(asked.map((one) => found(one?.secret ?? generateKey("kw", "staging"))));
    expect(answers.map((answer) => answer?.id)).toEqual(asked.map((one) => one?.key.id));
  });

  test("shares its statement with those that come together with it, up to 200, and with no later one", async () => {
    const { secret } = await fixture.key();
    const statements = vi.spyOn(fixture.runtime.databases.lookUps.watch, "answered");
    await Promise.all(Array.from({ length: 401 }, () => found(secret)));
    expect(statements).toHaveBeenCalledTimes(3);
    await found(secret);
    expect(statements).toHaveBeenCalledTimes(4);
    statements.mockRestore();
  });

  test("tells which of its secrets a key was shown by, while two work, and not at the end of that", async () => {
    const { key, secret } = await fixture.key();
    const { secret: next } = await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    expect(await found(next)).toMatchObject({ id: key.id, secret: "current" });
    fixture.clock.advance(15 * 60 - 0.001);
    expect(await found(secret)).toMatchObject({ id: key.id, secret: "previous" });
    fixture.clock.advance(0.001);
    expect(await found(secret)).toBeNull();
    expect(await found(next)).toMatchObject({ id: key.id, secret: "current" });
  });

  test("knows the last use of a key, that of now where it is asked for", async () => {
    const { key, secret } = await fixture.key();
    const at = new Date(fixture.clock.now().getTime() + 1_234);
    fixture.runtime.lastUse.record(key.id, { at, ip: null, agent: null, route: "GET /key" });
    await fixture.runtime.lastUse.flush();
    expect(await found(secret)).toMatchObject({ lastUsedAt: at });
    // From here on the key is cached.
    const later = new Date(at.getTime() + 1_000);
    fixture.runtime.lastUse.record(key.id, { at: later, ip: null, agent: null, route: "GET /key" });
    await fixture.runtime.lastUse.flush();
    const withUse = findKey(fixture.context(), secret, { lastUse: true });
    const [plain, exact] = await Promise.all([found(secret), withUse]);
    expect(exact).toMatchObject({ lastUsedAt: later });
    expect(plain?.id).toBe(key.id);
  });
});

describe("A look-up by the id of a key", () => {
  test("reads what a look-up by its present secret does", async () => {
    const customer = await fixture.customer();
    const { key, secret } = await fixture.key({ customers: [customer.id], ipAllowlist: ["10.0.0.0/8"] });
    const [byId, bySecret] = await Promise.all([findKeyById(fixture.context(), key.id), found(secret)]);
    expect(byId).not.toBeNull();
    expect(withoutInstant(byId)).toEqual(withoutInstant(bySecret));
  });

  test("finds none that is not there, or was deleted", async () => {
    const { key } = await fixture.key();
    const context = fixture.context();
    expect(await findKeyById(context, newId("key"))).toBeNull();
    await revokeKey(context, { id: key.id, reason: "" });
    expect(await findKeyById(context, key.id)).not.toBeNull();
    await deleteKey(context, { id: key.id, name: key.name });
    expect(await findKeyById(context, key.id)).toBeNull();
  });
});

const callOf = (secret: string, facts: Partial<AuthRequest> = {}): AuthRequest => ({
  credentials: [secret],
  environment: "staging",
  address: "10.2.3.4",
  origin: null,
  permission: "jobs:read",
  ...facts,
});

describe("A call that is decided by the installation's own keys and limits", () => {
  test("passes with a key of it, and is counted against the key", async () => {
    const { key, secret } = await fixture.key({ permissions: ["jobs:read"], rateLimits: { minute: 2 } });
    const decided = () => authenticate(callOf(secret), authDependencies(fixture.context(), 30));
    expect(await decided()).toMatchObject({ refusedBy: null, key: { id: key.id } });
    expect(await getKeyLimits(fixture.context(), { id: key.id })).toMatchObject([{ used: 1 }]);
    expect(await decided()).toMatchObject({ refusedBy: null });
    expect(await decided()).toMatchObject({ refusedBy: "limit", refusal: { code: "rate_limited" } });
  });

  test("with a key that is not of it, or none, fails, and is counted against the address", async () => {
    const address = "10.9.9.9";
    const refusedBy = async (credential: string) =>
      (await authenticate(callOf(credential, { address }), authDependencies(fixture.context(), 30)))
        .refusedBy;
    expect(await refusedBy("kw_stag_x")).toBe("shape");
    expect(await refusedBy(generateKey("kw", "staging"))).toBe("known");
    const { policies } = await fixture.runtime.limiter.peek(
      authFailureSubject(address),
      authFailurePolicies(30),
    );
    expect(policies).toMatchObject([{ remaining: 28 }]);
  });
});

describe("A call that goes on", () => {
  test("is asked about without being counted, however often", async () => {
    const { key, secret } = await fixture.key({ permissions: ["jobs:read"], rateLimits: { minute: 1 } });
    for (let time = 0; time < 3; time++)
      expect(await reauthenticate(callOf(secret), fixture.context())).toMatchObject({ id: key.id });
    expect(await getKeyLimits(fixture.context(), { id: key.id })).toMatchObject([{ used: 0 }]);
  });

  test("ends by what a new call would be refused for", async () => {
    const { key, secret } = await fixture.key({
      permissions: ["jobs:read"],
      ipAllowlist: ["10.0.0.0/8"],
      allowedOrigins: ["https://app.example.com"],
    });
    const refused = (facts: Partial<AuthRequest>) => reauthenticate(callOf(secret, facts), fixture.context());
    await expect(refused({ credentials: [] })).rejects.toMatchObject({ code: "key_missing" });
    await expect(refused({ credentials: ["x"] })).rejects.toMatchObject({ code: "key_invalid" });
    await expect(refused({ environment: "production" })).rejects.toMatchObject({
      code: "environment_mismatch",
    });
    await expect(refused({ address: "11.2.3.4" })).rejects.toMatchObject({ code: "ip_not_allowed" });
    await expect(refused({ origin: "https://evil.example" })).rejects.toMatchObject({
      code: "origin_not_allowed",
    });
    await expect(refused({ permission: "jobs:write" })).rejects.toMatchObject({ code: "permission_denied" });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await expect(refused({})).rejects.toMatchObject({ code: "key_revoked" });
  });
});

/** Two reads are never of one instant, and two functions never the same. */
function withoutInstant(key: object | null): object {
  return { ...key, readAt: null, admits: null };
}
