import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { IssuedInvitation } from "@/contracts/invitations";
import { invitationIdSchema } from "@/contracts/schemas/invitations";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { invitations } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockTeam } from "./internal/change";
import { invitationViewOf, mailInvitation, newLink } from "./internal/invitation";

/**
 * Makes a new link for an invitation, good for the whole time again; the one before it stops working.
 * @throws AppError not_found
 */
export async function renewInvitation(
  ctx: ServiceContext,
  input: z.input<typeof invitationIdSchema>,
): Promise<IssuedInvitation> {
  authorize(ctx, "team:manage");
  const { id } = parse(invitationIdSchema, input);
  requireFreshFactor(ctx);
  const { token, columns } = newLink(ctx);
  return withTransaction(ctx, async (ctx) => {
    await lockTeam(ctx);
    const [before] = await ctx.tx.select().from(invitations).where(eq(invitations.id, id)).for("update");
    if (!before) throw notFound();
    await ctx.tx.update(invitations).set(columns).where(eq(invitations.id, id));
    const row = { ...before, ...columns };
    const isMailed = await mailInvitation(ctx, row, token);
    await recordAudit(ctx, {
      action: "invitation.renew",
      subject: { id, name: before.email },
      environment: null,
      before: { expiresAt: before.expiresAt.toISOString() },
      after: { expiresAt: columns.expiresAt.toISOString() },
    });
    return { invitation: invitationViewOf(row), token, isMailed };
  });
}
