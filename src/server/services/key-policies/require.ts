import { isDeepStrictEqual } from "node:util";
import { eq, sql } from "drizzle-orm";
import { approvalNeeded, POLICY_CODE, rulesBrokenBy } from "@/contracts/key-policies";
import type { KeyView } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { authorize } from "@/server/core/authorize";
import { validationFailed } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { apiKeys, keyPolicies } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { loadKeyPolicies } from "./internal/load";

/** The fields of a key that a policy has rules about. */
const POLICED = [
  "permissions",
  "managesKeys",
  "grantsKeyManagement",
  "rateLimits",
  "ipAllowlist",
  "expiresAt",
] as const;

type InTransaction = ServiceContext & { tx: Transaction };

/**
 * Refuses what a change has made of a key, still in its transaction, where that breaks its environment's policy. A key that
 * was outside before may stay so, and be changed in all else; one that begins to work must be within it whole.
 * @param before null: the key is new
 * @throws AppError validation_failed naming each field with its rule
 */
export async function requireWithinPolicy(
  ctx: InTransaction,
  before: KeyView | null,
  after: KeyView,
): Promise<void> {
  authorize(ctx, "keys:manage", after.environment);
  const policed = await policedChange(ctx, before, after);
  if (!policed) return;
  const broken = rulesBrokenBy(after.environment, policed.rules, policed.before, after);
  if (broken.length > 0) throw validationFailed(broken.map((rule) => ({ ...rule, code: POLICY_CODE })));
}

/**
 * The permissions for which what a change has made of a key takes a second person, still in its transaction: those that the
 * policy names and nobody has approved for this key to this extent.
 * @param before null: the key is new
 */
export async function permissionsToApprove(
  ctx: InTransaction,
  before: KeyView | null,
  after: KeyView,
): Promise<Permission[]> {
  authorize(ctx, "keys:manage", after.environment);
  const policed = await policedChange(ctx, before, after);
  if (!policed || policed.rules.approvalPermissions.length === 0) return [];
  const [row] = await ctx.tx
    .select({ approved: apiKeys.approvedPermissions })
    .from(apiKeys)
    .where(eq(apiKeys.id, after.id));
  return approvalNeeded(policed.rules, policed.before, after, row?.approved ?? []);
}

/**
 * The rules for a change, and what they compare with: null where the key is new, or did not work before.
 *
 * The lock is held until the transaction ends: a change of the policy waits for it, and whoever comes after that change
 * reads what it has set. Between reading the rules and committing the key there is no moment for it.
 * @returns null where no rule is about the change
 */
async function policedChange(
  ctx: InTransaction,
  before: KeyView | null,
  after: KeyView,
): Promise<{ rules: KeyPolicyRules; before: KeyView | null } | null> {
  const begins = after.status === "active" && before?.status !== "active";
  // A revoke must not wait here: of several in one transaction the second holds the audit's lock already.
  if (!begins && before && POLICED.every((field) => isDeepStrictEqual(before[field], after[field])))
    return null;
  await ctx.tx.execute(sql`lock table ${keyPolicies} in row share mode`);
  const { rules } = (await loadKeyPolicies(ctx.tx))[after.environment];
  return { rules, before: begins ? null : before };
}
