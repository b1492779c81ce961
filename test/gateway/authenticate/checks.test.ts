import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { ENVIRONMENTS } from "@/contracts/environments";
import { originFilter } from "@/contracts/origins";
import { includedPermissions, isPermission } from "@/contracts/permissions";
import type { Check } from "@/contracts/requests";
import {
  type AuthDependencies,
  type AuthRequest,
  authenticate,
  keyPrincipal,
} from "@/gateway/authenticate/checks";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { addressFilter } from "@/server/core/addresses";
import { newId } from "@/server/core/ids";
import { generateKey, isWellFormedKey } from "@/server/core/key-format";
import { authFailureSubject, keyPolicies, keySubject, type RatePolicy } from "@/server/rate-limit";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";

const NOW = new Date("2027-01-01T00:00:00.000Z");
const BEFORE = new Date(NOW.getTime() - 1);
const SECRET = generateKey("kw", "staging");
const ADDRESS = "10.2.3.4";

const FACTS = {
  id: newId("key"),
  name: "Integration",
  secret: "current",
  until: null,
  environment: "staging",
  permissions: ["jobs:read"],
  rateLimits: { minute: 60 },
  ipAllowlist: [],
  allowedOrigins: [],
  admitsOrigin: originFilter([]),
  managesKeys: "own",
  grantsKeyManagement: false,
  customers: null,
  revokedAt: null,
  expiresAt: null,
  createdAt: NOW,
  lastUsedAt: null,
  readAt: NOW,
} satisfies Partial<VerifiedKey>;

const KEY = keyOf({});

/** A good key but for what is given. */
function keyOf(facts: Partial<VerifiedKey>): VerifiedKey {
  const key = { ...FACTS, ...facts };
  return {
    ...key,
    granted: includedPermissions(key.permissions),
    policies: keyPolicies(key.rateLimits),
    admits: addressFilter(key.ipAllowlist),
  };
}

const CALL: AuthRequest = {
  credentials: [SECRET],
  environment: "staging",
  address: ADDRESS,
  origin: null,
  permission: "jobs:read",
};

interface Situation {
  /** What the key has beyond those of a good one; null: the credential is unknown. */
  key?: Partial<VerifiedKey> | null;
  call?: Partial<AuthRequest>;
  /** Calls of the key, and failures from the address, in this minute. */
  before?: { calls?: number; failures?: number };
  failuresPerMinute?: number;
}

/** Runs the checks with a limiter of its own. @returns also whom the limiter was asked about, in order */
async function decided({ key = {}, call = {}, before = {}, failuresPerMinute = 30 }: Situation) {
  const limiter = createMemoryLimiter({ clock: { now: () => NOW } });
  const asked: string[] = [];
  const count = async (subject: string, policies: readonly RatePolicy[], calls = 0) => {
    for (let one = 0; one < calls; one++) await limiter.consume(subject, policies);
  };
  await count(keySubject(KEY.id), [{ name: "minute", limit: 60, windowMs: MINUTE_MS }], before.calls);
  const failures = [{ name: "auth-failures", limit: 30, windowMs: MINUTE_MS }];
  await count(authFailureSubject(ADDRESS), failures, before.failures);
  const dependencies: AuthDependencies = {
    isWellFormed: isWellFormedKey,
    findKey: async (credential) => (credential === SECRET && key !== null ? keyOf(key) : null),
    countLimit: (subject, policies) => {
      asked.push(subject);
      return limiter.consume(subject, policies);
    },
    isDefined: async (permission) => isPermission(permission),
    authFailuresPerMinute: failuresPerMinute,
  };
  return { ...(await authenticate({ ...CALL, ...call }, dependencies)), asked };
}

const LISTED = originFilter(["https://app.example.com"]);
const key = keySubject(KEY.id);
const address = authFailureSubject(ADDRESS);
const unknown = {
  code: "key_invalid",
  detail: "This is not an API key of this installation.",
  extensions: {},
};

/** By the check that refuses: what the caller is told, and whether it counts as a failure of its address. */
const REFUSALS: [string, Check, Situation, object, string[]][] = [
  [
    "no credential",
    "credential",
    { call: { credentials: [] } },
    { code: "key_missing", detail: "This call needs an API key.", extensions: {} },
    [address],
  ],
  [
    "two credentials, one of which is good",
    "credential",
    { call: { credentials: [SECRET, generateKey("kw", "staging")] } },
    { code: "invalid_request", detail: "Two different API keys were sent; send one.", extensions: {} },
    [],
  ],
  ["a misshapen credential", "shape", { call: { credentials: ["kw_stag_x"] } }, unknown, [address]],
  ["an unknown key", "known", { key: null }, unknown, [address]],
  [
    "a revoked key",
    "revoked",
    { key: { revokedAt: BEFORE } },
    { code: "key_revoked", detail: "This API key has been revoked.", extensions: {} },
    [address],
  ],
  [
    "an expired key",
    "expired",
    { key: { expiresAt: BEFORE } },
    {
      code: "key_expired",
      detail: "This API key expired at 2026-12-31T23:59:59.999Z.",
      extensions: { expiredAt: "2026-12-31T23:59:59.999Z" },
    },
    [address],
  ],
  [
    "a key of another environment",
    "environment",
    { key: { environment: "production" } },
    {
      code: "environment_mismatch",
      detail: "This is a Production key at the Staging endpoint. Use /api/v1/production, or a Staging key.",
      extensions: { keyEnvironment: "production", endpointEnvironment: "staging" },
    },
    [address],
  ],
  [
    "an address that is not listed",
    "address",
    { key: { ipAllowlist: ["11.0.0.0/8"] } },
    { code: "ip_not_allowed", detail: "This API key may not be used from 10.2.3.4.", extensions: {} },
    [],
  ],
  [
    "an unknown address where some are listed",
    "address",
    { key: { ipAllowlist: ["0.0.0.0/0"] }, call: { address: null } },
    {
      code: "ip_not_allowed",
      detail: "This API key may not be used from an unknown address.",
      extensions: {},
    },
    [],
  ],
  [
    "an origin that is not listed",
    "origin",
    { key: { admitsOrigin: LISTED }, call: { origin: "https://evil.example" } },
    {
      code: "origin_not_allowed",
      detail: "This API key may not be used by pages of https://evil.example.",
      extensions: {},
    },
    [],
  ],
  [
    "an origin that is none where some are listed",
    "origin",
    { key: { admitsOrigin: LISTED }, call: { origin: "null" } },
    {
      code: "origin_not_allowed",
      detail: "This API key may not be used by pages of an unknown origin.",
      extensions: {},
    },
    [],
  ],
  [
    "a key that has used up one of its windows",
    "limit",
    { key: { rateLimits: { minute: 60, day: 100 } }, before: { calls: 60 } },
    {
      code: "rate_limited",
      detail: "This API key has used up its limit. Try again in 61 s.",
      extensions: { retryAfter: 61, violatedPolicies: ["minute"] },
    },
    [key],
  ],
  [
    "a permission that the key lacks",
    "permission",
    { call: { permission: "jobs:write" } },
    {
      code: "permission_denied",
      detail: "This call needs the permission jobs:write.",
      extensions: { missingPermissions: ["jobs:write"] },
    },
    [key],
  ],
];

/** What refuses before it is known whose the call is. */
const CHECKS_BEFORE_KEY: readonly Check[] = ["credential", "shape", "known"];

describe("A call with", () => {
  test.each(REFUSALS)(
    "%s is refused by the check %s, which says what is wrong; a 401 counts against the address, and nothing else does",
    async (_, check, situation, refusal, asked) => {
      const decision = await decided(situation);
      expect(decision.refusedBy).toBe(check);
      expect(decision.refusal).toMatchObject(refusal);
      expect(decision.key === null).toBe(CHECKS_BEFORE_KEY.includes(check));
      expect(decision.asked).toEqual(asked);
    },
  );

  test("a good key passes all checks, and counts against the key alone", async () => {
    const decision = await decided({});
    expect(decision).toMatchObject({ refusedBy: null, refusal: null, key: FACTS, asked: [key] });
    expect(decision.limits?.policies).toMatchObject([{ name: "minute", remaining: 59 }]);
  });

  test("a good key needs no permission where the route asks for none", async () => {
    const open = { call: { permission: null }, key: { permissions: [] } };
    expect(await decided(open)).toMatchObject({ refusedBy: null, refusal: null });
  });

  test("an expiry that is ahead passes, and one whose very instant has come does not", async () => {
    const soon = { key: { expiresAt: new Date(NOW.getTime() + 1) } };
    expect(await decided(soon)).toMatchObject({ refusedBy: null });
    expect((await decided({ key: { expiresAt: NOW } })).refusal).toMatchObject({
      code: "key_expired",
      extensions: { expiredAt: NOW.toISOString() },
    });
  });

  test("a key of one environment passes at its own endpoint alone; elsewhere both are named", async () => {
    for (const own of ENVIRONMENTS) {
      for (const environment of ENVIRONMENTS) {
        const { refusal } = await decided({ key: { environment: own }, call: { environment } });
        if (own === environment) expect(refusal).toBeNull();
        else expect(refusal?.extensions).toEqual({ keyEnvironment: own, endpointEnvironment: environment });
      }
    }
  });

  test("an address that is listed passes, and an unknown one where none is listed", async () => {
    expect((await decided({ key: { ipAllowlist: ["10.0.0.0/8"] } })).refusal).toBeNull();
    expect((await decided({ call: { address: null } })).refusal).toBeNull();
  });

  test("an origin that is listed passes, none passes, and any where none is listed", async () => {
    const key = { admitsOrigin: LISTED };
    for (const origin of ["https://app.example.com", null]) {
      expect((await decided({ key, call: { origin } })).refusal).toBeNull();
    }
    expect((await decided({ call: { origin: "https://evil.example" } })).refusal).toBeNull();
  });

  test("several things wrong is told the first, in the order of the contract", async () => {
    const before = { calls: 60 };
    const wrong: Partial<VerifiedKey> = {
      revokedAt: BEFORE,
      expiresAt: BEFORE,
      environment: "production",
      ipAllowlist: ["11.0.0.0/8"],
      admitsOrigin: LISTED,
      permissions: [],
    };
    const order: [Check, Partial<VerifiedKey>][] = [
      ["revoked", { revokedAt: null }],
      ["expired", { expiresAt: null }],
      ["environment", { environment: "staging" }],
      ["address", { ipAllowlist: [] }],
      ["origin", { admitsOrigin: originFilter([]) }],
      ["limit", { rateLimits: { minute: 61 } }],
      ["permission", { permissions: ["jobs:read"] }],
    ];
    const call = { origin: "https://evil.example" };
    for (const [check, cure] of order) {
      expect(await decided({ key: wrong, call, before })).toMatchObject({
        refusedBy: check,
        key: { id: KEY.id },
      });
      Object.assign(wrong, cure);
    }
    expect(await decided({ key: wrong, call, before })).toMatchObject({ refusedBy: null, refusal: null });
  });
});

describe("After 30 failures from its address", () => {
  const before = { failures: 30 };
  const slowed = {
    code: "rate_limited",
    detail: "Too many failed authentications from this address. Try again in 61 s.",
    extensions: { retryAfter: 61, violatedPolicies: ["auth-failures"] },
  };
  const failures = REFUSALS.filter(([, , , , asked]) => asked.includes(address));
  const others = REFUSALS.filter(([, , , , asked]) => !asked.includes(address));

  test.each(failures)("%s learns no more than that: the check %s is still named to us", async (...row) => {
    const [, check, situation] = row;
    const decision = await decided({ ...situation, before });
    expect(decision.refusedBy).toBe(check);
    expect(decision.refusal).toMatchObject(slowed);
  });

  test.each(others)("%s is told the same as before", async (...row) => {
    const [, , situation, refusal] = row;
    const { refusal: told } = await decided({ ...situation, before: { ...situation.before, ...before } });
    expect(told).toMatchObject(refusal);
  });

  test("a good key is let in", async () => {
    expect(await decided({ before })).toMatchObject({ refusedBy: null });
  });

  test("one failure fewer is told what is wrong", async () => {
    const decision = await decided({ key: null, before: { failures: 29 } });
    expect(decision.refusal).toMatchObject(unknown);
  });

  test("nobody is slowed down where the setting is 0, and the limiter is not asked", async () => {
    const decision = await decided({ key: null, before, failuresPerMinute: 0 });
    expect(decision.refusal).toMatchObject(unknown);
    expect(decision.asked).toEqual([]);
  });
});

test("Who acts is the key, with what it may do and for whom", () => {
  const { id, name, environment, permissions } = KEY;
  const customers = [newId("cus")];
  expect(keyPrincipal({ ...KEY, customers })).toEqual({
    kind: "key",
    id,
    name,
    environment,
    permissions,
    customers,
  });
});
