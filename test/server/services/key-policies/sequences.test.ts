import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { brokenRules } from "@/contracts/key-policies";
import type { KeyView } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import { type KeyPolicyRules, keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import { isAppError } from "@/server/core/errors";
import { changeKeyPolicy } from "@/server/services/key-policies";
import { getKey, reactivateKey, regenerateKey, revokeKey, updateKey } from "@/server/services/keys";

const fixture = suiteFixture();

const permission = fc.constantFrom<Permission>(
  "licenses:read",
  "licenses:manage",
  "customers:read",
  "customers:write",
  "telemetry:read",
);
const limit = fc.option(fc.constantFrom(10, 50, 100), { nil: undefined });
const days = fc.option(fc.constantFrom(1, 10, 40), { nil: null });

const rules = fc.record({
  maxLifetimeDays: days,
  expiryRequired: fc.boolean(),
  addressesRequired: fc.boolean(),
  maxRateLimits: fc.record({ minute: limit, day: limit }),
  forbiddenPermissions: fc.uniqueArray(permission, { maxLength: 2 }),
  separatedPermissions: fc.constantFrom<[Permission, Permission][]>(
    [],
    [["licenses:read", "customers:read"]],
    [["licenses:manage", "telemetry:read"]],
  ),
});

const fields = {
  permissions: fc.uniqueArray(permission, { minLength: 1, maxLength: 3 }),
  rateLimits: fc.record({ minute: fc.constantFrom(5, 50, 500), day: limit }),
  /** From the present of the step. */
  expiresIn: days,
  ipAllowlist: fc.constantFrom<string[]>([], ["203.0.113.7"], ["0.0.0.0/0"]),
};

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant("policy" as const), rules }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("update" as const),
      edit: fc.record(fields, { requiredKeys: [] }),
    }),
  },
  fc.record({ does: fc.constant("revoke" as const) }),
  { weight: 2, arbitrary: fc.record({ does: fc.constant("reactivate" as const) }) },
  fc.record({ does: fc.constant("regenerate" as const) }),
  fc.record({ does: fc.constant("wait" as const), days: fc.constantFrom(1, 15) }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
type KeyStep = Exclude<Step, { does: "policy" | "wait" }>;

const later = (inDays: number | null) =>
  inDays === null ? null : new Date(fixture.clock.now().getTime() + inDays * DAY_MS).toISOString();
const owner = () => fixture.context(adminOf("owner"));

/** The work's result; undefined where it was refused for what it asked. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error) || error.code !== "validation_failed") throw error;
    return undefined;
  }
}

async function setPolicy(wanted: object): Promise<KeyPolicyRules> {
  const given = { ...keyPolicyRulesSchema.parse({}), ...JSON.parse(JSON.stringify(wanted)) };
  return (await changeKeyPolicy(owner(), { environment: "staging", rules: given })).rules;
}

async function changeKey(id: Id<"key">, step: KeyStep): Promise<KeyView> {
  if (step.does === "revoke") return revokeKey(owner(), { id });
  if (step.does === "reactivate") return reactivateKey(owner(), { id });
  if (step.does === "regenerate") return (await regenerateKey(owner(), { id })).key;
  const { expiresIn, ...edit } = step.edit;
  return updateKey(owner(), {
    id,
    ...edit,
    ...(expiresIn === undefined ? {} : { expiresAt: later(expiresIn) }),
  });
}

const broken = (policy: KeyPolicyRules, key: KeyView) =>
  brokenRules("staging", policy, key).map(({ message }) => message);

/** What a change that was accepted may have led to. */
function expectAllowed(policy: KeyPolicyRules, before: KeyView, after: KeyView): void {
  if (after.status !== "active") return;
  // What had stopped working comes back whole, or not at all.
  const was = before.status === "active" ? broken(policy, before) : [];
  expect(was).toEqual(expect.arrayContaining(broken(policy, after)));
  if (was.length > 0) expectNoWorse(policy, before, after);
}

const counted = { accepted: 0, refused: 0 };

async function tryChange(policy: KeyPolicyRules, id: Id<"key">, step: KeyStep): Promise<void> {
  const before = await getKey(owner(), { id });
  const after = await attempt(() => changeKey(id, step));
  counted[after ? "accepted" : "refused"]++;
  if (after) expectAllowed(policy, before, after);
  else expect(await getKey(owner(), { id })).toEqual(before);
}

test("no sequence of changes leads to an active key that breaks a rule in force, unless it did before and no worse", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record(fields),
      fc.array(step, { minLength: 3, maxLength: 10 }),
      async (made, steps) => {
        let policy = await setPolicy({});
        const { expiresIn, ...input } = made;
        const { id } = (await fixture.key({ ...input, expiresAt: later(expiresIn) })).key;
        for (const one of steps) {
          if (one.does === "wait") fixture.clock.advance((one.days * DAY_MS) / 1_000);
          else if (one.does === "policy") policy = await setPolicy(one.rules);
          else await tryChange(policy, id, one);
          // A new key is held to it whole.
          const fresh = await attempt(() => fixture.key({ ...input, expiresAt: later(expiresIn) }));
          if (fresh) expect(broken(policy, fresh.key)).toEqual([]);
        }
      },
    ),
    { numRuns: 15 },
  );
  // Both ways were gone.
  expect(Math.min(counted.accepted, counted.refused)).toBeGreaterThan(3);
}, 240_000);

/** Said apart from the contract: of what is still broken, nothing goes further than it did. */
function expectNoWorse(policy: KeyPolicyRules, before: KeyView, after: KeyView): void {
  const lives = ({ expiresAt }: KeyView) => (expiresAt === null ? Infinity : Date.parse(expiresAt));
  const isLong = brokenRules("staging", policy, after).some(({ message }) =>
    message.includes("live at most"),
  );
  if (isLong) expect(lives(after)).toBeLessThanOrEqual(lives(before));
  for (const window of ["minute", "day"] as const) {
    const bound = policy.maxRateLimits[window] ?? Infinity;
    const has = after.rateLimits[window] ?? Infinity;
    if (has > bound) expect(has).toBeLessThanOrEqual(before.rateLimits[window] ?? Infinity);
  }
}
