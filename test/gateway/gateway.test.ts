import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import { reactivateKey, regenerateKey, revokeKey, updateKey } from "@/server/services/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

const newKey = () => fixture.key({ rateLimits: { minute: 100_000 } });
const at = (offset: number) => new Date(fixture.clock.now().getTime() + offset * 1_000).toISOString();

test("checks come in the order of the contract: each answer is the first that applies", async () => {
  const input = { permissions: ["jobs:read"] as const, rateLimits: { day: 1 }, ipAllowlist: ["192.0.2.1"] };
  const { key, secret }: RevealedKey = await fixture.key({
    ...input,
    permissions: [...input.permissions],
    expiresAt: at(10),
  });
  await revokeKey(fixture.context(), { id: key.id, reason: "" });
  fixture.clock.advance(10);
  const post = (environment: string, address: string) =>
    call(api, "POST", `/${environment}/customers`, {
      key: secret,
      address,
      raw: "{",
      headers: { "idempotency-key": "a b" },
    });

  expectProblem(await post("production", "192.0.2.2"), "key_revoked");
  await reactivateKey(fixture.context(), { id: key.id });
  expect((await post("production", "192.0.2.2")).json.code).toBe("key_expired");
  await updateKey(fixture.context(), { id: key.id, expiresAt: null });
  expect((await post("production", "192.0.2.2")).json.code).toBe("environment_mismatch");
  expect((await post("staging", "192.0.2.2")).json.code).toBe("ip_not_allowed");
  expect((await post("staging", "192.0.2.1")).json.code).toBe("permission_denied");
  expect((await post("staging", "192.0.2.1")).json.code).toBe("rate_limited");
  await updateKey(fixture.context(), {
    id: key.id,
    rateLimits: { day: 9 },
    permissions: ["customers:write"],
  });
  expect((await post("staging", "192.0.2.1")).json.code).toBe("malformed_json");
});

test("calls that come in together are each answered as their own key, whatever becomes of the others", async () => {
  const keys = await Promise.all(Array.from({ length: 30 }, newKey));
  for (const { key } of keys.slice(0, 10)) await revokeKey(fixture.context(), { id: key.id, reason: "" });
  const regenerated = keys
    .slice(10, 20)
    .map(({ key }) => regenerateKey(fixture.context(), { id: key.id, overlap: "1h" }));
  const seconds = await Promise.all(regenerated);
  const sent = [...keys, ...seconds, ...keys].sort((one, other) => (one.secret < other.secret ? -1 : 1));
  const ask = (key: string) => call(api, "GET", "/staging/key", { key });
  const answers = await Promise.all(sent.map(({ secret }, index) => ask(index % 7 ? secret : `${secret}x`)));
  const revoked = new Set(keys.slice(0, 10).map(({ key }) => key.id));
  for (const [index, answer] of answers.entries()) {
    const { key } = sent[index] as RevealedKey;
    if (index % 7 === 0) expectProblem(answer, "key_invalid");
    else if (revoked.has(key.id)) expectProblem(answer, "key_revoked");
    else expect(answer.json).toMatchObject({ id: key.id });
  }
});
