import { adminOf } from "@test/support/fixture";
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import { listKeyPolicies, listKeysOutside, tryKeyPolicy } from "@/server/services/key-policies";
import { revokeKey } from "@/server/services/keys";
import { everyRow, refusal, sqlOf } from "../support";

import { policiesOf } from "./support";

const fixture = testFixture();
const { owner, set, inDays } = policiesOf(fixture);

describe("Keys outside of a policy", () => {
  test("are named by a dry run with the rules that each breaks, and nothing is changed by it", async () => {
    const { key: wide } = await fixture.key({ name: "Wide", rateLimits: { minute: 500 } });
    await fixture.key({ name: "Fine", expiresAt: inDays(10) });
    const { key: gone } = await fixture.key({ name: "Gone" });
    await fixture.key({ name: "Elsewhere", environment: "production" });
    await revokeKey(owner(), { id: gone.id });
    const before = await everyRow(fixture);
    const rules = keyPolicyRulesSchema.parse({ maxRateLimits: { minute: 60 }, expiryRequired: true });
    const outside = await tryKeyPolicy(owner(), { environment: "staging", rules });
    expect(await everyRow(fixture)).toEqual(before);
    expect(outside).toEqual({
      count: 1,
      cap: 1_000,
      keys: [
        {
          id: wide.id,
          name: "Wide",
          broken: [
            "Keys of staging must have an expiry (policy).",
            "Keys of staging make at most 60 calls per minute (policy).",
          ],
        },
      ],
    });
    await set({ expiryRequired: true });
    const saved = await listKeysOutside(fixture.context(adminOf("viewer")), { environment: "staging" });
    expect(saved.keys.map(({ name }) => name)).toEqual(["Wide"]);
  });

  test("are counted to 1,000 and the first 20 named", async () => {
    const { key } = await fixture.key();
    await sqlOf(fixture)`
      insert into api_keys (id, name, environment, digest, masked_key, permissions, rate_limits, created_by, created_at, updated_at)
      select 'key_' || lpad(n::text, 26, '0'), 'Key ' || n, environment, sha256(n::text::bytea), masked_key, permissions,
        rate_limits, created_by, created_at, updated_at
      from api_keys, generate_series(1, 1200) n where id = ${key.id}`;
    await set({ expiryRequired: true });
    const outside = await listKeysOutside(owner(), { environment: "staging" });
    expect([outside.count, outside.keys.length, outside.keys[0]?.name]).toEqual([1_000, 20, "Key 1"]);
  });

  test("are told to nobody who has no role in their environment", async () => {
    const elsewhere = { ...adminOf("viewer"), environmentRoles: { development: "viewer" as const } };
    const ctx = fixture.context(elsewhere);
    expect((await listKeyPolicies(ctx)).map(({ environment }) => environment)).toEqual(["development"]);
    await expect(listKeysOutside(ctx, { environment: "staging" })).rejects.toEqual(
      refusal("permission_denied"),
    );
  });
});
