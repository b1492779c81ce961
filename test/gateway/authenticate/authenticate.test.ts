import { refusal, sqlOf } from "@test/server/services/support";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { findKey } from "@/gateway/authenticate/look-up";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { keyPolicies, keySubject } from "@/server/rate-limit";
import { deleteCustomer } from "@/server/services/customers";
import { getKey, getKeyLimits } from "@/server/services/keys";

const fixture = suiteFixture();

const NOW = new Date("2027-01-01T00:00:00.000Z");

describe("A key at the gateway", () => {
  test("is found by its secret with all that a decision takes, and no digest", async () => {
    const customer = await fixture.customer();
    const { key, secret } = await fixture.key({
      permissions: ["jobs:read", "customers:read"],
      rateLimits: { day: 3, minute: 1 },
      ipAllowlist: ["203.0.113.7", "2001:db8::/32"],
      customers: [customer.id],
      expiresAt: "2027-06-01T00:00:00.123Z",
    });
    expect(await findKey(fixture.context(), secret)).toEqual({
      id: key.id,
      name: key.name,
      secret: "current",
      until: null,
      environment: "staging",
      permissions: ["jobs:read", "customers:read"],
      granted: ["customers:read", "jobs:read"],
      rateLimits: { minute: 1, day: 3 },
      policies: [
        { name: "minute", limit: 1, windowMs: 60_000 },
        { name: "day", limit: 3, windowMs: 86_400_000 },
      ],
      admits: expect.any(Function),
      allowedOrigins: [],
      admitsOrigin: expect.any(Function),
      managesKeys: "own",
      grantsKeyManagement: false,
      ipAllowlist: ["203.0.113.7/32", "2001:db8::/32"],
      customers: [customer.id],
      revokedAt: null,
      expiresAt: new Date("2027-06-01T00:00:00.123Z"),
      createdAt: fixture.clock.now(),
      lastUsedAt: null,
      readAt: fixture.clock.now(),
    });
  });

  test("whose customers are all gone has an empty scope, not none", async () => {
    const customer = await fixture.customer();
    const { secret } = await fixture.key({ customers: [customer.id] });
    await deleteCustomer(fixture.context(), { id: customer.id });
    expect(await findKey(fixture.context(), secret)).toMatchObject({ customers: [] });
  });

  test("is not found by another secret, its id, its masked form or text that is SQL", async () => {
    const { key, secret } = await fixture.key();
    const last = secret.endsWith("0") ? "1" : "0";
    for (const other of [
      generateKey("kw", "staging"),
      key.id,
      key.maskedKey,
      `${secret.slice(0, -1)}${last}`,
      "' or true --",
      "",
    ]) {
      expect(await findKey(fixture.context(), other)).toBeNull();
    }
  });

  test("is not found under another pepper: a stolen database is of no use", async () => {
    const { secret } = await fixture.key();
    const ctx = fixture.context();
    for (const pepper of [undefined, "another-pepper-of-the-tests"]) {
      expect(await findKey({ ...ctx, keyMaterial: { prefix: "kw", pepper } }, secret)).toBeNull();
    }
  });

  test("is found after KEY_PREFIX has changed", async () => {
    const { key, secret } = await fixture.key();
    const ctx = fixture.context();
    const renamed = { ...ctx, keyMaterial: { ...ctx.keyMaterial, prefix: "acme" } };
    expect(await findKey(renamed, secret)).toMatchObject({ id: key.id });
  });
});

describe("The last use of a key", () => {
  const use = (seconds: number, route = "GET /key") => ({
    at: new Date(NOW.getTime() + seconds * 1_000),
    ip: "203.0.113.7",
    agent: "agent".repeat(100),
    route,
  });

  test("is the latest of all that were noted, in whatever order they came", async () => {
    const { key } = await fixture.key();
    const { lastUse } = fixture.runtime;
    for (const seconds of [5, 9, 7]) lastUse.record(key.id, use(seconds, `GET /${seconds}`));
    await lastUse.flush();
    lastUse.record(key.id, use(8, "GET /late"));
    await lastUse.flush();
    expect(await getKey(fixture.context(), { id: key.id })).toMatchObject({
      lastUsedAt: use(9).at.toISOString(),
      lastUsedRoute: "GET /9",
      lastUsedIp: "203.0.113.7",
      lastUsedAgent: "agent".repeat(60),
      updatedAt: key.updatedAt,
    });
  });

  test("is kept while it cannot be written, and written with the next attempt", async () => {
    const { key } = await fixture.key();
    const sql = sqlOf(fixture);
    await sql`alter table api_keys rename column last_used_route to away`;
    fixture.runtime.lastUse.record(key.id, use(3));
    await fixture.runtime.lastUse.flush();
    await sql`alter table api_keys rename column away to last_used_route`;
    expect(fixture.log()).toContain("Could not write last use");
    await fixture.runtime.lastUse.flush();
    expect(await getKey(fixture.context(), { id: key.id })).toMatchObject({
      lastUsedAt: use(3).at.toISOString(),
    });
  });
});

describe("The fill of a key's limits", () => {
  test("is what its calls have used, and looking at it is no call", async () => {
    const { key } = await fixture.key({ rateLimits: { day: 10, minute: 2 } });
    const policies = keyPolicies(key.rateLimits);
    for (let call = 0; call < 2; call++) await fixture.runtime.limiter.consume(keySubject(key.id), policies);
    for (let look = 0; look < 3; look++) {
      expect(await getKeyLimits(fixture.context(), { id: key.id })).toEqual([
        { window: "minute", limit: 2, used: 2, resetAt: "2023-11-23T12:31:00.000Z" },
        { window: "day", limit: 10, used: 2, resetAt: "2023-11-24T00:00:00.000Z" },
      ]);
    }
  });

  test("of a key there is not is refused", async () => {
    await expect(getKeyLimits(fixture.context(), { id: newId("key") })).rejects.toEqual(refusal("not_found"));
  });
});
