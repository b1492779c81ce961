import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { identityIssuerSchema } from "@/contracts/schemas/single-sign-on";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { adminIdentities, admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { holdsPasskey } from "../passkeys";

/**
 * Ends that one's own account at a provider signs one in. Another account there, with the same address, can then be linked.
 * @throws AppError not_found; invalid_state where there would be no way left to sign in
 */
export async function unlinkIdentity(
  ctx: ServiceContext,
  input: z.input<typeof identityIssuerSchema>,
): Promise<{ unlinked: true }> {
  authorize(ctx, "profile:manage");
  const { issuer } = parse(identityIssuerSchema, input);
  // At a console that was left open: another account with the same address would be linked for good.
  requireFreshFactor(ctx);
  const { id, email } = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const [admin] = await ctx.tx
      .select({ hasPassword: admins.hasPassword })
      .from(admins)
      .where(eq(admins.id, id))
      .for("update");
    const held = await ctx.tx
      .select({ issuer: adminIdentities.issuer })
      .from(adminIdentities)
      .where(eq(adminIdentities.adminId, id));
    if (!held.some((one) => one.issuer === issuer)) throw notFound();
    if (!admin?.hasPassword && held.length === 1 && !(await holdsPasskey(ctx.tx, id)))
      throw new AppError("invalid_state", "This is the only way in which you can sign in.");
    await ctx.tx
      .delete(adminIdentities)
      .where(and(eq(adminIdentities.adminId, id), eq(adminIdentities.issuer, issuer)));
    await recordAudit(ctx, {
      action: "admin.unlink_identity",
      subject: { id, name: email },
      environment: null,
      before: { provider: issuer },
    });
    return { unlinked: true as const };
  });
}
