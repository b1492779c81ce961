import { adminOf } from "@test/support/fixture";
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { ROLES } from "@/contracts/roles";
import { keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import { changeKeyPolicy, listKeyPolicies, tryKeyPolicy } from "@/server/services/key-policies";
import { revokeKeys, updateKey } from "@/server/services/keys";
import { auditOf, everyRow, refusal, sqlOf, untilWaiting, withKey } from "../support";

import { policiesOf, refused } from "./support";

const fixture = testFixture();
const { owner, set } = policiesOf(fixture);

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
    ["an unknown permission", { forbiddenPermissions: ["keys:everything"] }, "rules.forbiddenPermissions.0"],
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
      await untilWaiting(fixture, 1, "%key_policies%");
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
