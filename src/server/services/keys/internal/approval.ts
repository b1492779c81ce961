import { eq } from "drizzle-orm";
import { APPROVAL_CODE, approvalRule } from "@/contracts/key-policies";
import type { KeyView } from "@/contracts/keys";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { requireWithinPolicy } from "../../key-policies";

/** Who has approved a change that is about to happen. Only services/approvals makes one. */
export interface Approval {
  /** As Audit calls them. */
  by: string;
}

/**
 * Refuses what a change has made of a key where it breaks the policy, or takes a second person's approval and has none; and
 * notes what was approved. The command line needs nobody: it is the operator's, who could change the policy itself, and the
 * way out for somebody who is alone in the team. Nothing else that is Keyward's own begins or widens a key.
 * @param before null: the key is new
 * @throws AppError validation_failed
 */
export async function requireAllowed(
  ctx: ServiceContext & { tx: Transaction },
  before: KeyView | null,
  after: KeyView,
  approval: Approval | null,
): Promise<void> {
  const needed = await requireWithinPolicy(ctx, before, after);
  const isOperator = ctx.principal.kind === "system" && ctx.principal.name === "command line";
  if (needed.length > 0 && !approval && !isOperator) {
    throw invalidField("permissions", approvalRule(after.environment, needed), APPROVAL_CODE);
  }
  if (needed.length > 0) await note(ctx.tx, after, granted(after.permissions));
  else if (before && granted(before.permissions).join() !== granted(after.permissions).join()) {
    await forgetTakenAway(ctx.tx, after);
  }
}

const granted = (permissions: readonly string[]) => PERMISSIONS.filter((one) => grants(permissions, one));

/** What is taken away is no longer approved: to give it again takes somebody again. */
async function forgetTakenAway(tx: Transaction, key: KeyView): Promise<void> {
  const [row] = await tx
    .select({ approved: apiKeys.approvedPermissions })
    .from(apiKeys)
    .where(eq(apiKeys.id, key.id));
  const before = row?.approved ?? [];
  const left = before.filter((permission) => grants(key.permissions, permission));
  if (left.length < before.length) await note(tx, key, left);
}

async function note(tx: Transaction, { id }: KeyView, approvedPermissions: Permission[]): Promise<void> {
  await tx.update(apiKeys).set({ approvedPermissions }).where(eq(apiKeys.id, id));
}
