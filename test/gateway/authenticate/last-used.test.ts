import { sqlOf } from "@test/server/services/support";
import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import { getKey, revokeKey } from "@/server/services/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

const newKey = () => fixture.key({ rateLimits: { minute: 100_000 } });
const now = () => fixture.clock.now().toISOString();

describe("last use", () => {
  async function lastUseOf(key: RevealedKey["key"]) {
    await fixture.runtime.lastUse.flush();
    const { lastUsedAt, lastUsedIp, lastUsedAgent, lastUsedRoute } = await getKey(fixture.context(), {
      id: key.id,
    });
    return [lastUsedAt, lastUsedIp, lastUsedAgent, lastUsedRoute];
  }

  const never = [null, null, null, null];

  test("is recorded with instant, address, agent and route, the latest of many", async () => {
    const { key, secret } = await newKey();
    expect(await lastUseOf(key)).toEqual(never);
    const { id } = await fixture.customer();
    const headers = { "user-agent": "acme-sync/2.1" };
    for (const path of ["/staging/customers?limit=5", `/staging/customers/${id}`]) {
      fixture.clock.advance(1);
      await call(api, "GET", path, { key: secret, address: "2001:DB8::7", headers });
    }
    expect(await lastUseOf(key)).toEqual([now(), "2001:db8::7", "acme-sync/2.1", "GET /customers/{id}"]);
    fixture.clock.advance(1);
    await call(api, "GET", "/staging/key", { key: secret, address: "::ffff:192.0.2.7" });
    expect(await lastUseOf(key)).toEqual([now(), "192.0.2.7", null, "GET /key"]);
  });

  test("counts calls that authenticated and were refused all the same: 403 and 429", async () => {
    const { key, secret } = await fixture.key({
      permissions: ["jobs:read"],
      rateLimits: { day: 1 },
      ipAllowlist: ["192.0.2.1"],
    });
    for (const [address, code] of [
      ["192.0.2.2", "ip_not_allowed"],
      ["192.0.2.1", "permission_denied"],
      ["192.0.2.1", "rate_limited"],
    ] as const) {
      fixture.clock.advance(1);
      const answer = await call(api, "GET", "/staging/customers", { key: secret, address });
      expect(answer.json.code).toBe(code);
      expect(await lastUseOf(key)).toEqual([now(), address, null, "GET /customers"]);
    }
  });

  test("does not count calls that did not authenticate: 401", async () => {
    const { key, secret } = await newKey();
    expectProblem(await call(api, "GET", "/staging/key", { key: `${secret}x` }), "key_invalid");
    expect((await call(api, "GET", "/production/key", { key: secret })).json.code).toBe(
      "environment_mismatch",
    );
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    expectProblem(await call(api, "GET", "/staging/key", { key: secret }), "key_revoked");
    expect(await lastUseOf(key)).toEqual(never);
  });

  test("of an agent of any length and any bytes is kept to 300 characters, and never breaks a call", async () => {
    const { key, secret } = await newKey();
    const headers = { "user-agent": `ä"'\\;--<b>${"x".repeat(5_000)}` };
    expect((await call(api, "GET", "/staging/key", { key: secret, headers })).status).toBe(200);
    expect((await lastUseOf(key))[2]).toBe(headers["user-agent"].slice(0, 300));
  });

  test.each([
    ["whole", 0],
    ["where the bound would cut it", 280],
  ])("of an agent that holds the key is kept without it: %s", async (_, before) => {
    const { key, secret } = await newKey();
    const headers = { "user-agent": `${"x".repeat(before)} ${secret}` };
    await call(api, "GET", "/staging/key", { key: secret, headers });
    const [, , stored] = await lastUseOf(key);
    expect(stored).not.toBeNull();
    // More of it than a masked key shows.
    expect(stored).not.toContain(secret.slice(0, 20));
  });

  test("changes the key's own row, with all its indexes, once a minute, and that of a use twice a second", async () => {
    const { key, secret } = await newKey();
    const noted = async () => {
      await call(api, "GET", "/staging/key", { key: secret });
      expect((await lastUseOf(key))[0]).toBe(now());
      const [row] = await sqlOf(fixture)<{ at: Date }[]>`
        select to_json(last_used_at) as at from api_keys where id = ${key.id}`;
      return row && new Date(row.at).toISOString();
    };
    const first = now();
    expect(await noted()).toBe(first);
    fixture.clock.advance(60);
    expect(await noted()).toBe(first);
    fixture.clock.advance(1);
    expect(await noted()).toBe(now());
  });

  test("is the later one where a process of an older version, which knows the key's row alone, noted it", async () => {
    const { key, secret } = await newKey();
    await call(api, "GET", "/staging/key", { key: secret });
    await lastUseOf(key);
    const later = new Date(fixture.clock.now().getTime() + 500).toISOString();
    await sqlOf(
      fixture,
    )`update api_keys set last_used_at = ${later}, last_used_ip = '192.0.2.9' where id = ${key.id}`;
    expect((await lastUseOf(key)).slice(0, 2)).toEqual([later, "192.0.2.9"]);
    // The gateway may have read the key's row up to a minute ago.
    fixture.clock.advance(61);
    expect((await call(api, "GET", "/staging/key", { key: secret })).json.lastUsedAt).toBe(later);
  });
});
