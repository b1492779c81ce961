import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import type { z } from "zod";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyPolicyView } from "@/contracts/key-policies";
import { changeKeyPolicySchema, type KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyPolicies } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { type KeyPolicy, loadKeyPolicies } from "./internal/load";

/**
 * Changes the rules that are named; the rest stays, whoever set it meanwhile. Touches no key: those that are outside now
 * stay as they are until somebody changes them, but for silence. Waits for the keys that are being made or changed (see
 * {@link requireWithinPolicy}), so that once it has answered no other key is made by the rules of before.
 */
export async function changeKeyPolicy(
  ctx: ServiceContext,
  given: z.input<typeof changeKeyPolicySchema>,
): Promise<KeyPolicyView> {
  authorize(ctx, "settings:manage");
  const { environment, rules: changes } = parse(changeKeyPolicySchema, given);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    // There may be no row yet that could be locked itself. Who only reads goes on.
    await ctx.tx.execute(sql`lock table ${keyPolicies} in exclusive mode`);
    const before = (await loadKeyPolicies(ctx.tx))[environment];
    const named = Object.entries(changes).filter(([, value]) => value !== undefined);
    const rules: KeyPolicyRules = { ...before.rules, ...Object.fromEntries(named) };
    const silenceSetAt = silenceSince(before, rules, ctx.clock.now());
    const after = { environment, rules, silenceSetAt: silenceSetAt?.toISOString() ?? null };
    if (isDeepStrictEqual(before.rules, rules)) return after;
    await ctx.tx
      .insert(keyPolicies)
      .values({ environment, rules, silenceSetAt })
      .onConflictDoUpdate({ target: keyPolicies.environment, set: { rules, silenceSetAt } });
    await recordAudit(ctx, {
      action: "policy.update",
      subject: { id: environment, name: ENVIRONMENT_DETAILS[environment].label },
      environment,
      before: { ...before.rules },
      after: { ...rules },
    });
    return after;
  });
}

/** Since when the rule about silence is at least as strict as it is now. */
function silenceSince(before: KeyPolicy, { silenceDays }: KeyPolicyRules, now: Date): Date | null {
  if (silenceDays === null) return null;
  const isTighter = before.rules.silenceDays === null || silenceDays < before.rules.silenceDays;
  return isTighter ? now : before.silenceSetAt;
}
