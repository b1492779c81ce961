import { PEPPER } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { type CreateKeyInput, createKeySchema } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { isWellFormedKey } from "@/server/core/key-format";
import { keyDigest } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import { deleteCustomer } from "@/server/services/customers";
import { createKey, getKey } from "@/server/services/keys";
import { everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();

/** As a plane does it: parse, then the verb. */
async function create(input: Partial<Record<keyof CreateKeyInput, unknown>> & Record<string, unknown>) {
  const plain = { name: "Billing", environment: "staging", permissions: ["customers:read"] };
  return createKey(fixture.context(), parse(createKeySchema, { ...plain, ...input }));
}

describe("A new key", () => {
  test("that says no more than it must is active, for good, for everybody, at 60 calls a minute", async () => {
    const { key } = await create({});
    const now = fixture.clock.now().toISOString();
    expect(key).toEqual({
      id: expect.stringMatching(/^key_/),
      name: "Billing",
      description: "",
      environment: "staging",
      maskedKey: expect.stringMatching(/^kw_stag_[0-9A-Za-z]{4}…[0-9A-Za-z]{4}$/),
      status: "active",
      permissions: ["customers:read"],
      rateLimits: { minute: 60 },
      customers: null,
      ipAllowlist: [],
      allowedOrigins: [],
      expiresAt: null,
      revokedAt: null,
      revokedBy: null,
      revokedReason: null,
      revokedByKeyId: null,
      overlapUntil: null,
      previousMaskedKey: null,
      lastUsedAt: null,
      lastUsedIp: null,
      lastUsedAgent: null,
      lastUsedRoute: null,
      createdAt: now,
      createdBy: "command line",
      createdByKeyId: null,
      toldToKeyId: null,
      managesKeys: "own",
      grantsKeyManagement: false,
      updatedAt: now,
      owner: null,
      tags: [],
    });
  });

  test("keeps everything it was given", async () => {
    const one = await fixture.customer({ email: "a@acme.example", name: "Äcme" });
    const other = await fixture.customer({ email: "b@acme.example" });
    const { key } = await create({
      name: "  Ünïcode <b>'); DROP TABLE api_keys;--</b> 🔑  ",
      description: "two\nlines",
      permissions: [...PERMISSIONS],
      rateLimits: { day: 10_000, minute: 1, hour: 1_000_000 },
      expiresAt: "2027-01-31T13:00:00+01:00",
      customers: [one.id, other.id],
      ipAllowlist: ["203.0.113.7", "2001:db8::/32", "10.0.0.0/8"],
      allowedOrigins: ["https://App.example.com:443/", "http://localhost:3000"],
    });
    expect(key).toMatchObject({
      name: "Ünïcode <b>'); DROP TABLE api_keys;--</b> 🔑",
      description: "two\nlines",
      permissions: PERMISSIONS,
      rateLimits: { minute: 1, hour: 1_000_000, day: 10_000 },
      expiresAt: "2027-01-31T12:00:00.000Z",
      customers: [one, other].map(({ id, email, name }) => ({ id, email, name })),
      ipAllowlist: ["203.0.113.7", "2001:db8::/32", "10.0.0.0/8"],
      allowedOrigins: ["https://app.example.com", "http://localhost:3000"],
    });
    expect(await getKey(fixture.context(), { id: key.id })).toEqual(key);
  });

  test("has each permission, customer and range once, however often it was named", async () => {
    const { id } = await fixture.customer();
    const { key } = await create({
      permissions: ["jobs:read", "jobs:read", "customers:read", "jobs:read"],
      customers: [id, id],
      ipAllowlist: ["10.1.2.3/8", "10.0.0.0/8", "10.0.0.0/8", "::ffff:10.9.9.9/104"],
    });
    expect(key.permissions).toEqual(["jobs:read", "customers:read"]);
    expect(key.customers).toHaveLength(1);
    expect(key.ipAllowlist).toEqual(["10.0.0.0/8"]);
  });

  test.each(["production", "staging", "development"] as const)(
    "carries its environment in the secret: %s",
    async (environment) => {
      const { key, secret } = await create({ environment });
      expect(key.environment).toBe(environment);
      expect(secret).toMatch(
        { production: /^kw_prod_/, staging: /^kw_stag_/, development: /^kw_dev_/ }[environment],
      );
      expect(isWellFormedKey(secret)).toBe(true);
    },
  );

  test("is stored as its peppered digest; the secret itself is nowhere in the database", async () => {
    const { key, secret } = await create({});
    const [row] = await sqlOf(fixture)<
      { digest: Buffer }[]
    >`select digest from api_keys where id = ${key.id}`;
    expect(row?.digest.equals(keyDigest(secret, PEPPER))).toBe(true);
    const everything = JSON.stringify(await everyRow(fixture));
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(secret.slice(-38, -6));
    expect(fixture.log()).not.toContain(secret.slice(-38, -6));
  });

  test("may expire from the very next millisecond on", async () => {
    const soon = new Date(fixture.clock.now().getTime() + 1).toISOString();
    expect((await create({ expiresAt: soon })).key).toMatchObject({ status: "active", expiresAt: soon });
  });

  test("may share its name with another", async () => {
    const [one, other] = [await create({ name: "Twin" }), await create({ name: "Twin" })];
    expect(one.key.id).not.toBe(other.key.id);
    expect(one.secret).not.toBe(other.secret);
  });
});

describe("A key is refused, and nothing is stored,", () => {
  const now = () => fixture.clock.now().toISOString();
  const cases: [string, () => Record<string, unknown> | Promise<Record<string, unknown>>, string][] = [
    ["without a name", () => ({ name: undefined }), "name"],
    ["with an empty name", () => ({ name: "" }), "name"],
    ["with a name of blanks", () => ({ name: " \t\n " }), "name"],
    ["with a name of 10,000 characters", () => ({ name: "n".repeat(10_000) }), "name"],
    ["with a NUL in the name", () => ({ name: "a\u0000b" }), "name"],
    ["with half a surrogate pair in the name", () => ({ name: "a\ud800b" }), "name"],
    ["with a description of 501 characters", () => ({ description: "d".repeat(501) }), "description"],
    ["without an environment", () => ({ environment: undefined }), "environment"],
    ["for an environment there is not", () => ({ environment: "test" }), "environment"],
    ["without permissions", () => ({ permissions: undefined }), "permissions"],
    ["with an empty list of permissions", () => ({ permissions: [] }), "permissions"],
    [
      "with an unknown permission",
      () => ({ permissions: ["customers:read", "customers:*"] }),
      "permissions.1",
    ],
    [
      "with an administrators' action for a permission",
      () => ({ permissions: ["audit:read"] }),
      "permissions.0",
    ],
    ["with no limit at all", () => ({ rateLimits: {} }), "rateLimits"],
    ["with a limit of 0", () => ({ rateLimits: { minute: 0 } }), "rateLimits.minute"],
    ["with a negative limit", () => ({ rateLimits: { hour: -1 } }), "rateLimits.hour"],
    ["with a limit of 1e12", () => ({ rateLimits: { day: 1e12 } }), "rateLimits.day"],
    ["with half a call for a limit", () => ({ rateLimits: { minute: 1.5 } }), "rateLimits.minute"],
    ["with a limit that is no number", () => ({ rateLimits: { minute: Number.NaN } }), "rateLimits.minute"],
    ["with a limit in text", () => ({ rateLimits: { minute: "60" } }), "rateLimits.minute"],
    ["with a window there is not", () => ({ rateLimits: { minute: 1, second: 1 } }), "rateLimits.second"],
    ["with an expiry in the past", () => ({ expiresAt: "2020-01-01T00:00:00Z" }), "expiresAt"],
    ["with an expiry at this instant", () => ({ expiresAt: now() }), "expiresAt"],
    ["with an expiry that is no time", () => ({ expiresAt: "tomorrow" }), "expiresAt"],
    ["with an expiry without an offset", () => ({ expiresAt: "2027-01-31T12:00:00" }), "expiresAt"],
    ["with an expiry on a day there is not", () => ({ expiresAt: "2027-02-30T12:00:00Z" }), "expiresAt"],
    ["with a range beyond 32 bits", () => ({ ipAllowlist: ["10.0.0.1", "1.2.3.4/33"] }), "ipAllowlist.1"],
    ["with a range beyond 128 bits", () => ({ ipAllowlist: ["::1/129"] }), "ipAllowlist.0"],
    ["with a range of two lengths", () => ({ ipAllowlist: ["::1/64/64"] }), "ipAllowlist.0"],
    ["with an address in octal", () => ({ ipAllowlist: ["010.0.0.1"] }), "ipAllowlist.0"],
    ["with a host name for an address", () => ({ ipAllowlist: ["localhost"] }), "ipAllowlist.0"],
    [
      "with 101 addresses",
      () => ({ ipAllowlist: Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`) }),
      "ipAllowlist",
    ],
    ["with an origin with a path", () => ({ allowedOrigins: ["https://a.example/x"] }), "allowedOrigins.0"],
    ["with an empty customer scope", () => ({ customers: [] }), "customers"],
    ["with a customer there is not", () => ({ customers: [newId("cus")] }), "customers.0"],
    ["with something else for a customer", () => ({ customers: [newId("key")] }), "customers.0"],
    [
      "with a customer of another environment",
      async () => ({
        customers: [
          (await fixture.customer()).id,
          (await fixture.customer({ environment: "production" })).id,
        ],
      }),
      "customers.1",
    ],
    ["with a field there is not", () => ({ revokedAt: null }), "revokedAt"],
    ["with a digest of its own", () => ({ digest: "00" }), "digest"],
  ];

  test.each(cases)("%s", async (_, input, path) => {
    const given = await input();
    const before = await everyRow(fixture);
    await expect(create(given)).rejects.toEqual(refusal("validation_failed", path));
    expect(await everyRow(fixture)).toEqual(before);
  });
});

test("A key and the deletion of a customer in its scope, at once, end in a key or a refusal, never in a fault", async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 15 }, async () => {
      const { id } = await fixture.customer();
      const [created] = await Promise.allSettled([
        create({ customers: [id] }),
        deleteCustomer(fixture.context(), { id }),
      ]);
      if (created.status === "rejected")
        expect(created.reason).toEqual(refusal("validation_failed", "customers.0"));
      return created.status;
    }),
  );
  expect(outcomes).toHaveLength(15);
});
