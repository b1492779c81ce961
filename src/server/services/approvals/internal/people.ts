import { and, eq, isNull, ne } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { allows } from "@/contracts/roles";
import { AppError } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { admins } from "@/server/database/schema";
import type { ApprovalRow } from "./view";

/**
 * Refuses to wait for somebody who does not exist: an owner alone in the team would ask in vain.
 * @throws AppError invalid_state, with the ways out
 */
export async function requireApprover(
  tx: Transaction,
  environment: Environment,
  requesterId: Id<"adm">,
): Promise<void> {
  const others = await tx
    .select({ role: admins.role, environmentRoles: admins.environmentRoles })
    .from(admins)
    .where(and(isNull(admins.deactivatedAt), ne(admins.id, requesterId)));
  if (others.some((other) => allows(other, "keys:manage", environment))) return;
  throw new AppError(
    "invalid_state",
    `Nobody else may manage keys of ${environment}, so nobody can approve this. Invite somebody, or have it done on the command line (key create, key update, key reactivate, with --without-approval), which is on record.`,
  );
}

/**
 * Refuses what was asked for by somebody who could not do it themselves any more: an approval must not give them back what
 * they have lost.
 * @throws AppError invalid_state
 */
export async function requireRequester(tx: Transaction, row: ApprovalRow): Promise<void> {
  const [requester] = await tx
    .select({ role: admins.role, environmentRoles: admins.environmentRoles })
    .from(admins)
    .where(and(eq(admins.id, row.requestedById), isNull(admins.deactivatedAt)))
    // Held until the end: a role that is taken away meanwhile waits, and is gone for the reveal.
    .for("share");
  if (requester && allows(requester, "keys:manage", row.environment)) return;
  throw new AppError(
    "invalid_state",
    `${row.requestedBy} may no longer manage keys of ${row.environment}. Refuse what they asked for.`,
  );
}
