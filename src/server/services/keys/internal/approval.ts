import { eq } from "drizzle-orm";
import { APPROVAL_CODE, approvalRule, managesMore } from "@/contracts/key-policies";
import type { KeyView } from "@/contracts/keys";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { permissionsToApprove, requireWithinPolicy } from "../../key-policies";

/** That somebody else has approved a change that is about to happen. Only services/approvals makes one. */
export interface Approval {
  /** Who has, and who has asked them, as Audit calls them. */
  by: string;
  requestedBy: string;
  /** Told for which permissions the change takes it, where it takes it for any. */
  onTaken?: (permissions: Permission[]) => void;
}

/**
 * Why a change may do what takes a second person: one has approved it, or whoever runs a command has said that it goes
 * without (`--without-approval`). Null: it may not.
 */
export type ApprovalGround = Approval | "waived" | null;

/** Who has approved and who had asked, as fields of the audit: whoever does it is either of them. */
export function auditedApproval(ground: ApprovalGround) {
  if (ground === "waived") return { approvalWaived: true };
  return ground ? { requestedBy: ground.requestedBy, approvedBy: ground.by } : {};
}

/**
 * Refuses what a change has made of a key where it breaks the policy, or takes a second person's approval and has none; and
 * notes what was approved. Only the command line may go without, and has to say so: a script that makes keys must not pass the
 * policy by unseen. Whoever has it could change the policy itself, and it is the way out for somebody who is alone in the team.
 * @param before null: the key is new
 * @throws AppError validation_failed
 */
export async function requireAllowed(
  ctx: ServiceContext & { tx: Transaction },
  before: KeyView | null,
  after: KeyView,
  ground: ApprovalGround,
): Promise<void> {
  await requireWithinPolicy(ctx, before, after);
  const needed = await permissionsToApprove(ctx, before, after);
  const isCommandLine = ctx.principal.kind === "system" && ctx.principal.name === "command line";
  if (ground === "waived" && !isCommandLine) throw new Error("Only a command goes without an approval");
  if (needed.length > 0 && ground === null) {
    const rule = approvalRule(after.environment, needed);
    const wayOut = isCommandLine ? " --without-approval does it without, on record." : "";
    throw invalidField("permissions", rule + wayOut, APPROVAL_CODE);
  }
  if (needed.length > 0 && ground !== "waived") ground?.onTaken?.(needed);
  if (needed.length > 0) await note(ctx.tx, after, granted(after.permissions));
  else if (before) await forgetApproved(ctx.tx, before, after);
}

const granted = (permissions: readonly string[]) => PERMISSIONS.filter((one) => grants(permissions, one));

/**
 * What is taken away is no longer approved: to give it again takes somebody again. Nor is `keys:manage` of a key that was let manage
 * more while no policy asked about it: nobody has approved that.
 */
async function forgetApproved(tx: Transaction, before: KeyView, after: KeyView): Promise<void> {
  const wider = managesMore(before, after);
  if (!wider && granted(before.permissions).join() === granted(after.permissions).join()) return;
  const [row] = await tx
    .select({ approved: apiKeys.approvedPermissions })
    .from(apiKeys)
    .where(eq(apiKeys.id, after.id));
  const approved = row?.approved ?? [];
  const left = approved.filter((one) => grants(after.permissions, one) && !(wider && one === "keys:manage"));
  if (left.length < approved.length) await note(tx, after, left);
}

async function note(tx: Transaction, { id }: KeyView, approvedPermissions: Permission[]): Promise<void> {
  await tx.update(apiKeys).set({ approvedPermissions }).where(eq(apiKeys.id, id));
}
