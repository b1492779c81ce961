import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { type KeyPolicyRules, keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import type { Executor } from "@/server/database/connections";
import { keyPolicies } from "@/server/database/schema";

export interface KeyPolicy {
  rules: KeyPolicyRules;
  /** When the rule about silence was set or tightened; null where there is none. */
  silenceSetAt: Date | null;
}

/**
 * The policy of each environment, as set or by default: no rule.
 * @throws ZodError for a stored row that is wrong: a rule must not be guessed away
 */
export async function loadKeyPolicies(db: Executor): Promise<Record<Environment, KeyPolicy>> {
  const rows = await db.select().from(keyPolicies);
  const entries = ENVIRONMENTS.map((environment) => {
    const row = rows.find((one) => one.environment === environment);
    const rules = keyPolicyRulesSchema.parse(row?.rules ?? {});
    return [environment, { rules, silenceSetAt: row?.silenceSetAt ?? null }] as const;
  });
  return Object.fromEntries(entries) as Record<Environment, KeyPolicy>;
}
