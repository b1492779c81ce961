import { everyRow, requestRowOf, sqlOf } from "@test/server/services/support";
import {
  type Answer,
  type CallOptions,
  call,
  expectFieldErrors,
  expectProblem,
  inProcess,
} from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { verificationSchema } from "@/contracts/schemas/verification";
import { generateKey } from "@/server/core/key-format";
import { deleteCustomer } from "@/server/services/customers";
import { checkFindings } from "@/server/services/findings";
import { getKey, revokeKey, updateKey } from "@/server/services/keys";
import { changeRequestLogSettings } from "@/server/services/settings";
import { proposeTrim } from "@/server/services/usage";

const FAILURES = 3;
/** Of the service, and of its clients. */
const SERVICE = "198.51.100.7";
const CLIENT = "203.0.113.9";

const fixture = suiteFixture({ AUTH_FAILURES_PER_MINUTE: String(FAILURES) });
const api = inProcess(fixture);
/** The service's own key. */
let service: RevealedKey;

beforeAll(async () => {
  service = await fixture.key({ permissions: ["keys:verify"], rateLimits: { minute: 100_000 } });
});

const newKey = (input: Partial<CreateKeyInput> = {}) =>
  fixture.key({ permissions: ["customers:write"], rateLimits: { minute: 60 }, ...input });

const verify = (body: unknown, options: CallOptions = {}): Promise<Answer> =>
  call(api, "POST", "/staging/keys/verify", { key: service.secret, address: SERVICE, body, ...options });

async function verdictOn(body: unknown) {
  const answer = await verify(body);
  expect(answer.status, answer.text).toBe(200);
  return answer.read(verificationSchema);
}

const isOver = (key: RevealedKey) =>
  sqlOf(fixture)`update api_keys set expires_at = '2020-01-01' where id = ${key.key.id}`;
const revoke = (key: RevealedKey) => revokeKey(fixture.context(), { id: key.key.id, reason: "" });

describe("A good key", () => {
  test("is told with what it may do, what that includes, whom it is for and what is left of its limits", async () => {
    const customer = await fixture.customer();
    const { key, secret } = await newKey({ rateLimits: { minute: 60, day: 500 }, customers: [customer.id] });
    expect(await verdictOn({ key: secret, permission: "customers:read", ip: CLIENT })).toEqual({
      valid: true,
      code: "valid",
      status: 200,
      keyId: key.id,
      name: key.name,
      permissions: ["customers:read", "customers:write"],
      customers: [customer.id],
      rateLimit: {
        retryAfter: 0,
        policies: [
          { name: "minute", limit: 60, remaining: 59, reset: expect.any(Number) },
          { name: "day", limit: 500, remaining: 499, reset: expect.any(Number) },
        ],
      },
    });
  });

  test("is good without a permission or an address that is asked for, and with blanks around it, as at the gateway", async () => {
    const { secret } = await newKey();
    expect(await verdictOn({ key: ` ${secret} ` })).toMatchObject({ valid: true, customers: null });
    expect(await verdictOn({ key: secret, ip: null })).toMatchObject({ valid: true });
  });

  test("that has a list of origins is good for its pages and for programs, and for no other page", async () => {
    const { secret } = await newKey({ allowedOrigins: ["https://app.example.com"] });
    for (const origin of ["https://app.example.com", null, undefined]) {
      expect(await verdictOn({ key: secret, origin })).toMatchObject({ valid: true });
    }
    for (const origin of ["https://evil.example", "null", ""]) {
      expect(await verdictOn({ key: secret, origin })).toMatchObject({
        valid: false,
        code: "origin_not_allowed",
        status: 403,
      });
    }
  });

  test("is used by it: the call counts against its limit, and is its last use, at the client's address", async () => {
    const { key, secret } = await newKey({ rateLimits: { day: 2 } });
    await verdictOn({ key: secret, ip: `::ffff:${CLIENT}` });
    await fixture.runtime.lastUse.flush();
    expect(await getKey(fixture.context(), { id: key.id })).toMatchObject({
      lastUsedAt: fixture.clock.now().toISOString(),
      lastUsedIp: CLIENT,
      lastUsedRoute: "POST /keys/verify",
    });
    const direct = await call(api, "GET", "/staging/key", { key: secret });
    expect(direct.headers.get("ratelimit")).toContain('"day";r=0');
    expect(await verdictOn({ key: secret })).toMatchObject({ valid: false, code: "rate_limited" });
  });

  test("is not proposed to be trimmed, nor found to hold too much: what it was asked for is not in its figures", async () => {
    const { key, secret } = await newKey({ permissions: ["customers:read", "jobs:read"] });
    await sqlOf(fixture)`update api_keys set created_at = '2020-01-01' where id = ${key.id}`;
    await call(api, "GET", "/staging/customers", { key: secret });
    await verdictOn({ key: secret, permission: "jobs:read" });
    await fixture.runtime.requestLog.flush();
    await fixture.runtime.lastUse.flush();
    expect(await proposeTrim(fixture.context(), { id: key.id })).toEqual({
      proposed: null,
      removed: [],
      added: [],
      verified: true,
      replay: { calls: 1, refused: 0, missing: [] },
    });
    await checkFindings(fixture.context());
    const found = await sqlOf(fixture)`select kind from findings where key_id = ${key.id}`;
    expect(found.map(({ kind }) => kind)).not.toContain("over_privileged");
  });

  test("is counted for as one call of the service's own, by which the service is limited in turn", async () => {
    const own = await fixture.key({ permissions: ["keys:verify"], rateLimits: { day: 1 } });
    const { secret } = await newKey();
    const first = await verify({ key: secret }, { key: own.secret });
    expect(first.headers.get("ratelimit")).toContain('"day";r=0');
    expect(first.json).toMatchObject({
      valid: true,
      rateLimit: { policies: [{ name: "minute", remaining: 59 }] },
    });
    expectProblem(await verify({ key: secret }, { key: own.secret }), "rate_limited", {
      retryAfter: expect.any(Number),
      violatedPolicies: ["day"],
    });
    expect(await requestRowOf(fixture, first)).toMatchObject({
      route: "POST /keys/verify",
      permission: "keys:verify",
      key_id: own.key.id,
      status: 200,
    });
  });
});

describe("A key that is refused", () => {
  const who = ({ key: { id, name } }: RevealedKey) => ({ keyId: id, name });

  test("is refused in the words of the gateway: the code, status and detail that the key itself would get", async () => {
    const [revoked, expired, fenced, spent, lesser] = [
      await newKey(),
      await newKey(),
      await newKey({ ipAllowlist: ["192.0.2.1"] }),
      await newKey({ rateLimits: { day: 1 } }),
      await newKey({ permissions: ["jobs:read"] }),
    ];
    await revoke(revoked);
    await isOver(expired);
    await verdictOn({ key: spent.secret });
    for (const { secret } of [revoked, expired, fenced, spent, lesser]) {
      const direct = await call(api, "GET", "/staging/customers", { key: secret, address: CLIENT });
      expect(direct.status).toBeGreaterThan(400);
      const told = await verdictOn({ key: secret, permission: "customers:read", ip: CLIENT });
      expect(told).toMatchObject({ valid: false, code: direct.json.code, status: direct.status });
      expect(told.detail).toBe(direct.json.detail);
      fixture.clock.advance(120);
    }
    expect(await verdictOn({ key: revoked.secret })).toEqual({
      valid: false,
      code: "key_revoked",
      status: 401,
      detail: "This API key has been revoked.",
      ...who(revoked),
    });
    expect(await verdictOn({ key: expired.secret })).toMatchObject({ code: "key_expired", ...who(expired) });
    const limited = await verdictOn({ key: spent.secret });
    expect(limited).toMatchObject({ code: "rate_limited", status: 429, ...who(spent) });
    expect(limited.rateLimit?.retryAfter).toBeGreaterThan(0);
    expect(limited.rateLimit?.policies).toEqual([
      { name: "day", limit: 1, remaining: 0, reset: limited.rateLimit?.retryAfter },
    ]);
    const denied = await verdictOn({ key: lesser.secret, permission: "customers:read" });
    expect(denied).toMatchObject({ code: "permission_denied", status: 403, ...who(lesser) });
    expect(denied).not.toHaveProperty("permissions");
    expect(denied.rateLimit?.policies).toHaveLength(1);
  });

  test("is refused where its customers are all gone: an empty list could be read as no restriction", async () => {
    const customer = await fixture.customer();
    const scoped = await newKey({ customers: [customer.id] });
    await deleteCustomer(fixture.context(), { id: customer.id });
    expect(await verdictOn({ key: scoped.secret, permission: "customers:read" })).toEqual({
      valid: false,
      code: "customer_out_of_scope",
      status: 403,
      detail: "The customers that this API key is restricted to are all gone.",
      ...who(scoped),
      rateLimit: { retryAfter: 0, policies: [expect.objectContaining({ name: "minute", remaining: 59 })] },
    });
  });

  test("is refused where its list of addresses does not hold the client's, and where that is not told", async () => {
    const { secret } = await newKey({ ipAllowlist: ["192.0.2.0/24"] });
    for (const ip of [CLIENT, SERVICE, null, undefined]) {
      expect(await verdictOn({ key: secret, ip })).toMatchObject({ code: "ip_not_allowed", status: 403 });
    }
    expect(await verdictOn({ key: secret, ip: "192.0.2.200" })).toMatchObject({ valid: true });
  });

  test("of another environment is answered as an unknown one, byte for byte, whatever its state", async () => {
    const unknown = (await verify({ key: generateKey("kw", "staging") })).text;
    const states = [async () => {}, revoke, isOver];
    for (const become of states) {
      const foreign = await newKey({ environment: "production", ipAllowlist: ["192.0.2.1"] });
      await become(foreign);
      expect((await verify({ key: foreign.secret, permission: "jobs:read" })).text).toBe(unknown);
    }
    expect(JSON.parse(unknown)).toEqual({
      valid: false,
      code: "key_invalid",
      status: 401,
      detail: "This is not an API key of this installation.",
    });
  });

  test("which is none at all is a verdict too, whatever was sent, however long", async () => {
    expect(await verdictOn({ key: "" })).toMatchObject({ code: "key_missing", status: 401 });
    expect(await verdictOn({ key: "  " })).toMatchObject({ code: "key_missing" });
    const { secret } = await newKey();
    for (const key of [
      "garbage",
      `${secret}x`,
      secret.slice(0, -1),
      `Bearer ${secret}`,
      "\u0000",
      "k".repeat(500_000),
    ])
      expect(await verdictOn({ key })).toMatchObject({ valid: false, code: "key_invalid" });
  });

  test("that asks for a permission which nobody has defined is refused, however much it holds", async () => {
    const { secret } = await newKey();
    for (const permission of ["orders:read", "customers:delete", "constructor:name"])
      expect(await verdictOn({ key: secret, permission })).toMatchObject({
        code: "permission_denied",
        detail: `This call needs the permission ${permission}, and this installation knows no permission of that name.`,
      });
    const lacked = await verdictOn({ key: secret, permission: "jobs:read" });
    expect(lacked.detail).toBe("This call needs the permission jobs:read.");
  });
});

describe("Guessing", () => {
  const unknown = () => generateKey("kw", "staging");

  test("is slowed down by the client's address, in one counter with what it tries at the gateway", async () => {
    const ip = "203.0.113.10";
    for (let one = 0; one < FAILURES; one++)
      expect(await verdictOn({ key: unknown(), ip })).toMatchObject({ code: "key_invalid" });
    const limited = await verdictOn({ key: unknown(), ip });
    expect(limited).toMatchObject({ code: "rate_limited", status: 429, rateLimit: { policies: [] } });
    expect(limited.rateLimit?.retryAfter).toBeGreaterThan(0);
    const direct = await call(api, "GET", "/staging/key", { key: unknown(), address: ip });
    expect(direct.status).toBe(429);
    // Good keys of the same client are not affected.
    expect(await verdictOn({ key: (await newKey()).secret, ip })).toMatchObject({ valid: true });
  });

  test("learns nothing more beyond the limit: a revoked or an expired key is answered as one that there is not", async () => {
    const ip = "203.0.113.11";
    const [revoked, expired] = [await newKey(), await newKey()];
    await revoke(revoked);
    await isOver(expired);
    for (let one = 0; one < FAILURES; one++)
      expect(await verdictOn({ key: revoked.secret, ip })).toMatchObject({ keyId: revoked.key.id });
    const none = await verdictOn({ key: unknown(), ip });
    expect(none).toMatchObject({ code: "rate_limited", status: 429 });
    expect(await verdictOn({ key: revoked.secret, ip })).toEqual(none);
    expect(await verdictOn({ key: expired.secret, ip })).toEqual(none);
  });

  test("by clients whose address is not told counts against nobody: not the service, and not all of them together", async () => {
    for (let one = 0; one < 3 * FAILURES; one++)
      expect(await verdictOn({ key: unknown() })).toMatchObject({ code: "key_invalid" });
    expect((await call(api, "GET", "/staging/key", { key: unknown(), address: SERVICE })).status).toBe(401);
  });
});

describe("A verdict", () => {
  test("is never given again: under an Idempotency-Key a revoke holds for the next call, and nothing is kept", async () => {
    const key = await newKey();
    const headers = { "idempotency-key": "once" };
    const ask = () => verify({ key: key.secret }, { headers });
    expect((await ask()).json).toMatchObject({ valid: true });
    await revoke(key);
    const second = await ask();
    expect(second.json).toMatchObject({ valid: false, code: "key_revoked" });
    expect(second.headers.get("idempotency-replayed")).toBeNull();
    await updateKey(fixture.context(), { id: service.key.id, name: "Service" });
    expect(await sqlOf(fixture)`select from idempotency_records`).toHaveLength(0);
  });

  test("leaves the key it was asked about nowhere, also where the log keeps headers and bodies", async () => {
    await changeRequestLogSettings(fixture.context(), { headers: true, bodies: true });
    fixture.clock.advance(6);
    // Its writer reads the settings again.
    await call(api, "GET", "/openapi.json");
    await fixture.runtime.requestLog.flush();
    const { secret } = await newKey();
    const foreign = generateKey("acme", "production");
    const headers = { "idempotency-key": "keep" };
    const answers = [
      await verify({ key: secret, ip: CLIENT }, { headers }),
      await verify({ key: foreign }, { headers }),
      await verify({ key: secret.slice(0, -6), colour: secret }, { headers }),
      await verify({ key: secret, permission: secret }, { headers }),
      await call(api, "GET", `/staging/gate?permission=${secret}`, { key: service.secret }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 422, 422, 422]);
    const kept = (await requestRowOf(fixture, answers[0] as Answer))?.request_body;
    expect(JSON.parse(kept)).toEqual({ key: "[redacted]", ip: CLIENT });
    await fixture.runtime.lastUse.flush();
    const all =
      JSON.stringify(await everyRow(fixture)) + answers.map(({ text }) => text).join("") + fixture.log();
    for (const hidden of [secret, foreign]) expect(all).not.toContain(hidden.slice(12, -6));
  });
});

describe("Bad input is refused with 422, and the field that is wrong:", () => {
  const key = generateKey("kw", "staging");

  test.each([
    ["no key", {}, "key"],
    ["a key that is no text", { key: 1 }, "key"],
    ["a permission of an odd name", { key, permission: "Orders:Read" }, "permission"],
    ["an empty permission", { key, permission: "" }, "permission"],
    ["several permissions", { key, permission: ["jobs:read"] }, "permission"],
    ["an address that is none", { key, ip: "localhost" }, "ip"],
    ["a range of addresses", { key, ip: "192.0.2.0/24" }, "ip"],
    ["a list of addresses, as a proxy writes it", { key, ip: "192.0.2.1, 192.0.2.2" }, "ip"],
    ["a field that there is not", { key, environment: "production" }, "environment"],
  ])("%s", async (_, body, field) => {
    expectFieldErrors(await verify(body), field);
  });

  test("and what is no JSON with 400, and a key of the calling service that may not ask with 403", async () => {
    expectProblem(await verify(undefined, { raw: "key=kw" }), "malformed_json");
    const { secret } = await newKey();
    expectProblem(await verify({ key: secret }, { key: secret }), "permission_denied", {
      missingPermissions: ["keys:verify"],
    });
  });
});
