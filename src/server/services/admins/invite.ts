import { and, lte } from "drizzle-orm";
import type { z } from "zod";
import type { IssuedInvitation } from "@/contracts/invitations";
import { inviteSchema } from "@/contracts/schemas/invitations";
import { cleanText } from "@/contracts/text";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { violatedUnique } from "@/server/database/errors";
import { adminOfEmail, admins, invitations } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockTeam } from "./internal/change";
import { invitationOf, invitationViewOf, mailInvitation, newLink } from "./internal/invitation";
import { auditedRole } from "./internal/view";

/**
 * Invites somebody by e-mail address, with the role that accepting will give. The link is returned and kept nowhere, and
 * mailed where mail is set up.
 * @throws AppError conflict when there is such an administrator or an open invitation
 */
export async function inviteAdmin(
  ctx: ServiceContext,
  input: z.input<typeof inviteSchema>,
): Promise<IssuedInvitation> {
  authorize(ctx, "team:manage");
  const { email, role, environmentRoles } = parse(inviteSchema, input);
  requireFreshFactor(ctx);
  const { token, columns } = newLink(ctx);
  try {
    return await withTransaction(ctx, async (ctx) => {
      await lockTeam(ctx);
      const [there] = await ctx.tx.select({ id: admins.id }).from(admins).where(adminOfEmail(email));
      if (there)
        throw new AppError("conflict", "There is an administrator with this e-mail address already.");
      // One that nobody can accept any more is not in the way.
      const now = ctx.clock.now();
      await ctx.tx.delete(invitations).where(and(invitationOf(email), lte(invitations.expiresAt, now)));
      const [row] = await ctx.tx
        .insert(invitations)
        .values({
          id: newId("inv"),
          email: cleanText(email),
          role,
          environmentRoles,
          ...columns,
          invitedById: ctx.principal.kind === "admin" ? ctx.principal.id : null,
          invitedBy: principalName(ctx.principal),
          createdAt: now,
        })
        .returning();
      if (!row) throw new Error("An insert returned nothing");
      const isMailed = await mailInvitation(ctx, row, token);
      await recordAudit(ctx, {
        action: "invitation.create",
        subject: { id: row.id, name: email },
        environment: null,
        after: { email, role: auditedRole(row), expiresAt: row.expiresAt.toISOString() },
      });
      return { invitation: invitationViewOf(row), token, isMailed };
    });
  } catch (error) {
    if (violatedUnique(error) !== "invitations_email_key") throw error;
    throw new AppError(
      "conflict",
      "There is an open invitation for this e-mail address. Make a new link for it, or revoke it first.",
      {},
      error,
    );
  }
}
