import type { KeyPolicyView } from "@/contracts/key-policies";
import { authorize } from "@/server/core/authorize";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { environmentsAsked } from "../reach";
import { loadKeyPolicies } from "./internal/load";

/** The policies of the environments that the principal knows of: whoever may see keys may see what they must be like. */
export async function listKeyPolicies(ctx: ServiceContext): Promise<KeyPolicyView[]> {
  authorize(ctx, "keys:read");
  const policies = await withDatabase(ctx, loadKeyPolicies);
  return environmentsAsked(ctx, null).map((environment) => {
    const { rules, silenceSetAt } = policies[environment];
    return { environment, rules, silenceSetAt: silenceSetAt?.toISOString() ?? null };
  });
}
