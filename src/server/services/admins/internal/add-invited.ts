import type { AdminView } from "@/contracts/admins";
import { type RoleGrants, roleLabel } from "@/contracts/roles";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";
import { addAdmin } from "./add";
import type { InvitationRow } from "./invitation";

/**
 * Makes the administrator of an invitation, whose row the caller has taken away, and tells whoever invited them.
 * @param passwordHash null: they sign in by a provider
 * @throws AppError conflict when the e-mail is taken
 */
export async function addInvited(
  ctx: ServiceContext & { tx: Transaction },
  { id, email, invitedBy, invitedById }: InvitationRow,
  { name, role, environmentRoles }: RoleGrants & { name: string },
  passwordHash: string | null,
): Promise<AdminView> {
  const admin = await addAdmin(ctx, { email, name, role, environmentRoles }, passwordHash, invitedBy);
  await notify(ctx, {
    facts: { kind: "invitation_accepted", email, role: roleLabel(admin) },
    subjectId: admin.id,
    occasion: id,
    environment: null,
    for: invitedById ? { kind: "person", id: invitedById } : { kind: "owners" },
  });
  return admin;
}
