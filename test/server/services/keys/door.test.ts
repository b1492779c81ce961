import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import { generateKey } from "@/server/core/key-format";
import { keyPolicies, keySubject } from "@/server/rate-limit";
import { deleteCustomer } from "@/server/services/customers";
import {
  type DoorKey,
  decide,
  doorPorts,
  findDoorKey,
  getKey,
  getKeyLimits,
  type Knock,
} from "@/server/services/keys";
import { refusal, sqlOf } from "../support";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

const NOW = new Date("2027-01-01T00:00:00.000Z");

function doorKey(facts: Partial<DoorKey> = {}): DoorKey {
  return {
    id: newId("key"),
    name: "Door",
    secret: "current",
    environment: "staging",
    permissions: [],
    rateLimits: { minute: 1 },
    ipAllowlist: [],
    customers: null,
    revokedAt: null,
    expiresAt: null,
    createdAt: NOW,
    lastUsedAt: null,
    readAt: NOW,
    ...facts,
  };
}

describe("A key at the door", () => {
  test("is found by its secret with all that a decision takes, and no digest", async () => {
    const customer = await world.customer();
    const { key, secret } = await world.key({
      permissions: ["jobs:read", "customers:read"],
      rateLimits: { day: 3, minute: 1 },
      ipAllowlist: ["203.0.113.7", "2001:db8::/32"],
      customers: [customer.id],
      expiresAt: "2027-06-01T00:00:00.123Z",
    });
    expect(await findDoorKey(world.context(), secret)).toEqual({
      id: key.id,
      name: key.name,
      secret: "current",
      environment: "staging",
      permissions: ["jobs:read", "customers:read"],
      rateLimits: { minute: 1, day: 3 },
      ipAllowlist: ["203.0.113.7/32", "2001:db8::/32"],
      customers: [customer.id],
      revokedAt: null,
      expiresAt: new Date("2027-06-01T00:00:00.123Z"),
      createdAt: world.clock.now(),
      lastUsedAt: null,
      readAt: world.clock.now(),
    });
  });

  test("whose customers are all gone has an empty scope, not none", async () => {
    const customer = await world.customer();
    const { secret } = await world.key({ customers: [customer.id] });
    await deleteCustomer(world.context(), { id: customer.id });
    expect(await findDoorKey(world.context(), secret)).toMatchObject({ customers: [] });
  });

  test("is not found by another secret, its id, its display form or text that is SQL", async () => {
    const { key, secret } = await world.key();
    const last = secret.endsWith("0") ? "1" : "0";
    for (const other of [
      generateKey("kw", "staging"),
      key.id,
      key.display,
      `${secret.slice(0, -1)}${last}`,
      "' or true --",
      "",
    ]) {
      expect(await findDoorKey(world.context(), other)).toBeNull();
    }
  });

  test("is not found under another pepper: a stolen database is of no use", async () => {
    const { secret } = await world.key();
    const ctx = world.context();
    for (const pepper of [undefined, "another-pepper-of-the-tests"]) {
      expect(await findDoorKey({ ...ctx, keyMaterial: { prefix: "kw", pepper } }, secret)).toBeNull();
    }
  });

  test("is found after KEY_PREFIX has changed", async () => {
    const { key, secret } = await world.key();
    const ctx = world.context();
    const renamed = { ...ctx, keyMaterial: { ...ctx.keyMaterial, prefix: "acme" } };
    expect(await findDoorKey(renamed, secret)).toMatchObject({ id: key.id });
  });
});

describe("A refusal at the door", () => {
  const past = new Date(NOW.getTime() - 1);

  /** What becomes of a call at the staging endpoint with a key of these facts. */
  const decided = (facts: Partial<DoorKey>, knock: Partial<Knock> = {}) => {
    const call: Knock = {
      credentials: ["any"],
      environment: "staging",
      address: "10.2.3.4",
      permission: "jobs:read",
    };
    const key = doorKey({ permissions: ["jobs:read"], rateLimits: {}, ...facts });
    const ports = { ...doorPorts(world.context(), 0), wellFormed: () => true, findKey: async () => key };
    return decide({ ...call, ...knock }, ports);
  };
  const refusedWith = async (...asked: Parameters<typeof decided>) => (await decided(...asked)).refusal;

  test("is that of the first check that fails, in the order of the contract, and names it", async () => {
    const exhausted = { id: newId("key"), rateLimits: { day: 1 } };
    await decided(exhausted);
    const facts: Partial<DoorKey> = {
      ...exhausted,
      revokedAt: past,
      expiresAt: past,
      environment: "production",
      ipAllowlist: ["11.0.0.0/8"],
      permissions: [],
    };
    const order: [string, Partial<DoorKey>][] = [
      ["revoked", { revokedAt: null }],
      ["expired", { expiresAt: null }],
      ["environment", { environment: "staging" }],
      ["address", { ipAllowlist: [] }],
      ["limit", { rateLimits: { day: 2 } }],
      ["permission", { permissions: ["jobs:read"], rateLimits: {} }],
    ];
    for (const [check, cure] of order) {
      const decision = await decided(facts);
      expect(decision.refusedBy).toBe(check);
      expect(decision.key?.id).toBe(exhausted.id);
      Object.assign(facts, cure);
    }
    expect(await decided(facts)).toMatchObject({ refusedBy: null, refusal: null });
  });

  test("for no credential, two, a misshapen and an unknown one names the check, and no key", async () => {
    const open = doorPorts(world.context(), 0);
    const sent: [string, string[]][] = [
      ["credential", []],
      ["credential", ["one", "two"]],
      ["shape", ["kw_prod_x"]],
      ["known", [generateKey("kw", "staging")]],
    ];
    for (const [check, credentials] of sent) {
      const knock: Knock = { credentials, environment: "staging", address: null, permission: null };
      expect(await decide(knock, open)).toMatchObject({ refusedBy: check, key: null, limits: null });
    }
  });

  test("comes from the very instant of expiry on, and names it", async () => {
    const next = new Date(NOW.getTime() + 1);
    expect(await refusedWith({ expiresAt: next })).toBeNull();
    expect(await refusedWith({ expiresAt: NOW })).toMatchObject({
      code: "key_expired",
      extensions: { expiredAt: NOW.toISOString() },
    });
  });

  test("comes in every environment but the key's own, and names both", async () => {
    for (const own of ENVIRONMENTS) {
      for (const asked of ENVIRONMENTS) {
        const refused = await refusedWith({ environment: own }, { environment: asked });
        if (own === asked) expect(refused).toBeNull();
        else expect(refused?.extensions).toEqual({ keyEnvironment: own, endpointEnvironment: asked });
      }
    }
  });

  test("comes from an address that is not on the list, and from an unknown one", async () => {
    const listed = { ipAllowlist: ["10.0.0.0/8"] };
    expect(await refusedWith(listed)).toBeNull();
    expect(await refusedWith(listed, { address: "11.2.3.4" })).toMatchObject({
      code: "ip_not_allowed",
      status: 403,
    });
    expect(await refusedWith(listed, { address: null })).toMatchObject({ code: "ip_not_allowed" });
    expect(await refusedWith({}, { address: null })).toBeNull();
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
    const { key } = await world.key();
    const { lastUse } = world.platform;
    for (const seconds of [5, 9, 7]) lastUse.record(key.id, use(seconds, `GET /${seconds}`));
    await lastUse.flush();
    lastUse.record(key.id, use(8, "GET /late"));
    await lastUse.flush();
    expect(await getKey(world.context(), { id: key.id })).toMatchObject({
      lastUsedAt: use(9).at.toISOString(),
      lastUsedRoute: "GET /9",
      lastUsedIp: "203.0.113.7",
      lastUsedAgent: "agent".repeat(60),
      updatedAt: key.updatedAt,
    });
  });

  test("is kept while it cannot be written, and written with the next attempt", async () => {
    const { key } = await world.key();
    const sql = sqlOf(world);
    await sql`alter table api_keys rename column last_used_route to away`;
    world.platform.lastUse.record(key.id, use(3));
    await world.platform.lastUse.flush();
    await sql`alter table api_keys rename column away to last_used_route`;
    expect(world.log()).toContain("Could not write last use");
    await world.platform.lastUse.flush();
    expect(await getKey(world.context(), { id: key.id })).toMatchObject({
      lastUsedAt: use(3).at.toISOString(),
    });
  });
});

describe("The fill of a key's limits", () => {
  test("is what its calls have used, and looking at it is no call", async () => {
    const { key } = await world.key({ rateLimits: { day: 10, minute: 2 } });
    const policies = keyPolicies(key.rateLimits);
    for (let call = 0; call < 2; call++) await world.platform.limiter.consume(keySubject(key.id), policies);
    for (let look = 0; look < 3; look++) {
      expect(await getKeyLimits(world.context(), { id: key.id })).toEqual([
        { window: "minute", limit: 2, used: 2, resetAt: "2023-11-23T12:31:00.000Z" },
        { window: "day", limit: 10, used: 2, resetAt: "2023-11-24T00:00:00.000Z" },
      ]);
    }
  });

  test("of a key there is not is refused", async () => {
    await expect(getKeyLimits(world.context(), { id: newId("key") })).rejects.toEqual(refusal("not_found"));
  });
});
