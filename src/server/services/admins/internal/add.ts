import type { AdminView } from "@/contracts/admins";
import { roleLabel } from "@/contracts/roles";
import { cleanText } from "@/contracts/text";
import { DEFAULT_TIME_ZONE } from "@/contracts/time-zones";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { hashOfNothing } from "@/server/core/passwords";
import type { Transaction } from "@/server/database/connections";
import { violatedUnique } from "@/server/database/errors";
import { admins, invitations } from "@/server/database/schema";
import { withSavepoint } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";
import { type InvitationRow, invitationOf } from "./invitation";
import { auditedRole } from "./view";

/**
 * Adds the row of an administrator, in place of an open invitation for the same address, whose link would lead nowhere, and tells
 * whoever has invited them.
 * @param passwordHash null: they have no password, and sign in by a provider
 * @param invitation that they come with, whose row the caller has taken away; null: nobody had to invite them
 * @throws AppError conflict when the e-mail is taken
 */
export async function addAdmin(
  ctx: ServiceContext & { tx: Transaction },
  input: Omit<AdminView, "id" | "timeZone">,
  passwordHash: string | null,
  invitation: InvitationRow | null = null,
): Promise<AdminView> {
  const admin: AdminView = { id: newId("adm"), timeZone: DEFAULT_TIME_ZONE, ...input };
  const { email, name } = admin;
  const row = {
    ...admin,
    email: cleanText(email),
    name: cleanText(name),
    passwordHash: passwordHash ?? (await hashOfNothing()),
    hasPassword: passwordHash !== null,
  };
  try {
    await withSavepoint(ctx, ({ tx }) => tx.insert(admins).values({ ...row, createdAt: ctx.clock.now() }));
  } catch (error) {
    if (violatedUnique(error) !== "admins_email_key") throw error;
    const detail = "There is an administrator with this e-mail address already.";
    throw new AppError("conflict", detail, {}, error);
  }
  await ctx.tx.delete(invitations).where(invitationOf(email));
  if (invitation) await tellInviter(ctx, invitation, admin);
  await recordAudit(ctx, {
    action: "admin.create",
    subject: { id: admin.id, name: email },
    environment: null,
    after: { email, name, role: auditedRole(admin), ...(invitation && { invitedBy: invitation.invitedBy }) },
  });
  return admin;
}

async function tellInviter(
  ctx: ServiceContext & { tx: Transaction },
  { id, invitedById }: InvitationRow,
  admin: AdminView,
): Promise<void> {
  await notify(ctx, {
    facts: { kind: "invitation_accepted", email: admin.email, role: roleLabel(admin) },
    subjectId: admin.id,
    occasion: id,
    environment: null,
    for: invitedById ? { kind: "person", id: invitedById } : { kind: "owners" },
  });
}
