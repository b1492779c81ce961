import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { invitationIdSchema } from "@/contracts/schemas/invitations";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { invitations } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockTeam } from "./internal/change";
import { auditedRole } from "./internal/view";

/**
 * Takes an invitation back: its link stops working.
 * @throws AppError not_found, also where it was accepted meanwhile
 */
export async function revokeInvitation(
  ctx: ServiceContext,
  input: z.input<typeof invitationIdSchema>,
): Promise<{ id: Id<"inv">; revoked: true }> {
  authorize(ctx, "team:manage");
  const { id } = parse(invitationIdSchema, input);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    await lockTeam(ctx);
    const [row] = await ctx.tx.delete(invitations).where(eq(invitations.id, id)).returning();
    if (!row) throw notFound();
    await recordAudit(ctx, {
      action: "invitation.revoke",
      subject: { id, name: row.email },
      environment: null,
      before: { email: row.email, role: auditedRole(row), expiresAt: row.expiresAt.toISOString() },
    });
    return { id, revoked: true };
  });
}
