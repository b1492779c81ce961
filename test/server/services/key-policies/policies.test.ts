import { adminOf } from "@test/support/fixture";
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { type KeyPolicyRules, keyPolicyRulesSchema } from "@/contracts/key-policies";
import { ROLES } from "@/contracts/roles";
import {
  changeKeyPolicy,
  listKeyPolicies,
  listKeysOutside,
  tryKeyPolicy,
} from "@/server/services/key-policies";
import { reactivateKey, regenerateKey, revokeKey, revokeKeys, updateKey } from "@/server/services/keys";
import { auditOf, everyRow, refusal, sqlOf, withKey } from "../support";

const fixture = testFixture();
const owner = () => fixture.context(adminOf("owner"));

const set = (rules: Partial<KeyPolicyRules>, environment = "staging" as const) =>
  changeKeyPolicy(owner(), { environment, rules });
const inDays = (days: number) => new Date(fixture.clock.now().getTime() + days * DAY_MS).toISOString();

/** A refusal by policy with these fields and rules, and nothing else. */
const refused = (...errors: [path: string, message: string][]) =>
  expect.objectContaining({
    code: "validation_failed",
    extensions: { errors: errors.map(([path, message]) => ({ path, message, code: "policy" })) },
  });

describe("A change of a policy", () => {
  test("sets what it names, leaves the rest, and stands in the audit with before and after", async () => {
    await set({ expiryRequired: true });
    const rows = await auditOf(fixture, () => set({ maxLifetimeDays: 90 }));
    expect(rows).toMatchObject([
      {
        action: "policy.update",
        actor: "owner@acme.example",
        subjectId: "staging",
        subjectName: "Staging",
        environment: "staging",
        before: { maxLifetimeDays: null },
        after: { maxLifetimeDays: 90 },
      },
    ]);
    const policies = await listKeyPolicies(fixture.context(adminOf("viewer")));
    expect(policies.map(({ environment, rules }) => [environment, rules.maxLifetimeDays])).toEqual([
      ["production", null],
      ["staging", 90],
      ["development", null],
    ]);
    expect(policies[1]?.rules.expiryRequired).toBe(true);
  });

  test("to what is so already is none", async () => {
    await set({ maxRateLimits: { day: 10, minute: 1 } });
    const before = await everyRow(fixture);
    await set({ maxRateLimits: { minute: 1, day: 10 } });
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("is an owner's alone, as is a dry run; no key has it", async () => {
    const before = await everyRow(fixture);
    const others = ROLES.filter((role) => role !== "owner").map((role) => fixture.context(adminOf(role)));
    const rules = keyPolicyRulesSchema.parse({});
    for (const ctx of [...others, await withKey(fixture)]) {
      await expect(
        changeKeyPolicy(ctx, { environment: "staging", rules: { expiryRequired: true } }),
      ).rejects.toEqual(refusal("permission_denied"));
      await expect(tryKeyPolicy(ctx, { environment: "staging", rules })).rejects.toEqual(
        refusal("permission_denied"),
      );
    }
    expect((await everyRow(fixture)).key_policies).toEqual(before.key_policies);
  });

  test.each([
    ["no rule", {}, "rules"],
    ["a life of no day", { maxLifetimeDays: 0 }, "rules.maxLifetimeDays"],
    ["a life of half a day", { maxLifetimeDays: 0.5 }, "rules.maxLifetimeDays"],
    ["silence shorter than its notice", { silenceDays: 6 }, "rules.silenceDays"],
    ["a limit of nothing", { maxRateLimits: { minute: 0 } }, "rules.maxRateLimits.minute"],
    ["an unknown permission", { forbiddenPermissions: ["keys:manage"] }, "rules.forbiddenPermissions.0"],
    ["a pair of one", { separatedPermissions: [["jobs:read", "jobs:read"]] }, "rules.separatedPermissions.0"],
    [
      "a pair of which one includes the other",
      { separatedPermissions: [["licenses:manage", "licenses:read"]] },
      "rules.separatedPermissions.0",
    ],
    ["an unknown rule", { silenceHours: 5 }, "rules.silenceHours"],
  ])("with %s is refused at its field", async (_, rules, path) => {
    await expect(set(rules as never)).rejects.toEqual(refusal("validation_failed", path));
  });
});

describe("A new key outside of its environment's policy is refused at the field, with the rule in words", () => {
  test.each<[Partial<KeyPolicyRules>, object, [string, string]]>([
    [
      { maxLifetimeDays: 90 },
      { expiresAt: inDaysFromStart(91) },
      ["expiresAt", "Keys of staging live at most 90 days (policy)."],
    ],
    [
      { maxLifetimeDays: 90 },
      { expiresAt: null },
      ["expiresAt", "Keys of staging live at most 90 days (policy)."],
    ],
    [
      { expiryRequired: true },
      { expiresAt: null },
      ["expiresAt", "Keys of staging must have an expiry (policy)."],
    ],
    [
      { addressesRequired: true },
      { ipAllowlist: [] },
      ["ipAllowlist", "Keys of staging must have a list of allowed addresses (policy)."],
    ],
    [
      { addressesRequired: true },
      { ipAllowlist: ["203.0.113.7", "::/0"] },
      ["ipAllowlist", "Keys of staging must have a list of allowed addresses (policy)."],
    ],
    [
      { maxRateLimits: { minute: 1_000 } },
      { rateLimits: { minute: 1_001 } },
      ["rateLimits.minute", "Keys of staging make at most 1,000 calls per minute (policy)."],
    ],
    [
      { maxRateLimits: { hour: 1_000 } },
      { rateLimits: { minute: 1 } },
      ["rateLimits.hour", "Keys of staging make at most 1,000 calls per hour (policy)."],
    ],
    [
      { forbiddenPermissions: ["licenses:read"] },
      { permissions: ["licenses:manage"] },
      ["permissions", "Keys of staging may not have License Read (policy)."],
    ],
    [
      { separatedPermissions: [["licenses:read", "customers:read"]] },
      { permissions: ["customers:write", "licenses:manage"] },
      ["permissions", "Keys of staging may not have License Read and Customer Read together (policy)."],
    ],
  ])("%j: %j", async (rules, input, error) => {
    await set(rules);
    const before = await everyRow(fixture);
    await expect(fixture.key(input)).rejects.toEqual(refused(error));
    expect(await everyRow(fixture)).toEqual(before);
    // Elsewhere it is none.
    await fixture.key({ ...input, environment: "development" });
  });

  test("and one at the bounds is made", async () => {
    await set({
      maxLifetimeDays: 90,
      expiryRequired: true,
      addressesRequired: true,
      maxRateLimits: { minute: 60 },
      forbiddenPermissions: ["licenses:manage"],
      separatedPermissions: [["licenses:read", "customers:read"]],
    });
    const { key } = await fixture.key({
      expiresAt: inDays(90),
      ipAllowlist: ["203.0.113.0/24"],
      rateLimits: { minute: 60 },
      permissions: ["licenses:read", "licenses:validate"],
    });
    expect(key.status).toBe("active");
  });
});

function inDaysFromStart(days: number): string {
  return new Date(Date.parse("2023-11-23T12:30:30.000Z") + days * DAY_MS).toISOString();
}

describe("A key that was outside when the policy came", () => {
  test("can be edited in all else", async () => {
    const { key } = await fixture.key({ permissions: ["licenses:manage"], rateLimits: { minute: 500 } });
    await set({
      maxLifetimeDays: 30,
      addressesRequired: true,
      maxRateLimits: { minute: 100 },
      forbiddenPermissions: ["licenses:manage"],
    });
    const edited = await updateKey(owner(), {
      id: key.id,
      name: "Renamed",
      permissions: ["licenses:manage"],
    });
    expect(edited.name).toBe("Renamed");
  });

  test("can be brought nearer in steps, and not be made worse", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 500 }, expiresAt: inDays(200) });
    await set({ maxLifetimeDays: 30, maxRateLimits: { minute: 100 } });
    await updateKey(owner(), { id: key.id, rateLimits: { minute: 300 } });
    await updateKey(owner(), { id: key.id, expiresAt: inDays(100) });
    await expect(updateKey(owner(), { id: key.id, rateLimits: { minute: 301 } })).rejects.toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
    for (const expiresAt of [inDays(101), null]) {
      await expect(updateKey(owner(), { id: key.id, expiresAt })).rejects.toEqual(
        refused(["expiresAt", "Keys of staging live at most 30 days (policy)."]),
      );
    }
  });

  test("may not break another rule", async () => {
    const { key } = await fixture.key({ permissions: ["licenses:read"], ipAllowlist: ["203.0.113.7"] });
    await set({ forbiddenPermissions: ["licenses:read", "telemetry:read"], addressesRequired: true });
    await expect(
      updateKey(owner(), { id: key.id, permissions: ["licenses:read", "telemetry:read"], ipAllowlist: [] }),
    ).rejects.toEqual(
      refused(
        ["ipAllowlist", "Keys of staging must have a list of allowed addresses (policy)."],
        ["permissions", "Keys of staging may not have Telemetry Read (policy)."],
      ),
    );
  });

  test("can be regenerated, which leaves its life as it was", async () => {
    const { key } = await fixture.key({ expiresAt: inDays(200) });
    await set({ maxLifetimeDays: 30 });
    const { key: after } = await regenerateKey(owner(), { id: key.id, overlap: "24h" });
    expect([after.expiresAt, after.createdAt]).toEqual([key.expiresAt, key.createdAt]);
  });

  test("can be revoked, but works again only once it is within the policy", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 500 } });
    await set({ maxRateLimits: { minute: 100 } });
    await revokeKey(owner(), { id: key.id });
    await expect(reactivateKey(owner(), { id: key.id })).rejects.toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
    await updateKey(owner(), { id: key.id, rateLimits: { minute: 100 } });
    expect((await reactivateKey(owner(), { id: key.id })).status).toBe("active");
  });

  test("does not come back from having expired by a later expiry", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 500 }, expiresAt: inDays(1) });
    await set({ maxRateLimits: { minute: 100 } });
    fixture.clock.advance((2 * DAY_MS) / 1_000);
    await expect(updateKey(owner(), { id: key.id, expiresAt: inDays(3) })).rejects.toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
    await updateKey(owner(), { id: key.id, expiresAt: inDays(3), rateLimits: { minute: 100 } });
  });
});

describe("Keys outside of a policy", () => {
  test("are named by a dry run with the rules that each breaks, and nothing is changed by it", async () => {
    const { key: wide } = await fixture.key({ name: "Wide", rateLimits: { minute: 500 } });
    const { key: fine } = await fixture.key({ name: "Fine", expiresAt: inDays(10) });
    const { key: gone } = await fixture.key({ name: "Gone" });
    const { key: elsewhere } = await fixture.key({ name: "Elsewhere", environment: "production" });
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
    expect(outside.keys.map(({ id }) => id)).not.toContain([fine.id, elsewhere.id]);
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

describe("Of parallel changes", () => {
  test("a key that is made while its policy is tightened is within it, or was there before it", async () => {
    for (let round = 0; round < 8; round++) {
      const name = `Round ${round}`;
      await set({ maxRateLimits: {} });
      const attempts = Array.from({ length: 4 }, () =>
        fixture.key({ name, rateLimits: { minute: 500 } }).then(
          () => "made" as const,
          () => "refused" as const,
        ),
      );
      let heldAtAnswer = -1;
      const tightened = set({ maxRateLimits: { minute: 100 } }).then(async () => {
        // What stands when the policy has answered is all there will ever be.
        const [row] = await sqlOf(fixture)`select count(*)::int as n from api_keys where name = ${name}`;
        heldAtAnswer = row?.n;
      });
      const made = (await Promise.all(attempts)).filter((one) => one === "made").length;
      await tightened;
      expect(heldAtAnswer).toBe(made);
    }
  });

  test("an edit that began before the policy was tightened does not end after it", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 50 } });
    const sql = sqlOf(fixture);
    let edit: Promise<unknown> = Promise.resolve();
    await sql.begin(async (held) => {
      // The policy is set, but not committed yet: the edit has to wait for its end, not go by what was before.
      await held`lock table key_policies in exclusive mode`;
      await held`insert into key_policies (environment, rules) values ('staging', '{"maxRateLimits": {"minute": 100}}')`;
      edit = updateKey(owner(), { id: key.id, rateLimits: { minute: 500 } }).catch((error: unknown) => error);
      await expect
        .poll(
          async () =>
            (
              await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%key_policies%'`
            ).length,
        )
        .toBeGreaterThan(0);
    });
    expect(await edit).toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
  });

  test("revokes of many keys and changes of the policy do not lock each other out", async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, () => fixture.key()));
    const ids = keys.map(({ key }) => key.id);
    await Promise.all([
      revokeKeys(owner(), { ids }),
      ...Array.from({ length: 4 }, (_, n) => set({ maxRateLimits: { day: 1_000 + n } })),
      revokeKeys(owner(), { ids: ids.toReversed() }),
    ]);
  });
});
