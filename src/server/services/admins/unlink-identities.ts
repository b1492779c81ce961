import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { adminIdSchema } from "@/contracts/schemas/admins";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { adminIdentities, sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockMember } from "./internal/change";
import { adminViewOf } from "./internal/view";

/**
 * Ends that any account at a provider signs somebody in, and their sessions: for whom the provider has given a new account, or
 * where one was linked that is not theirs. The next account there with their verified address is linked instead.
 * @throws AppError not_found; invalid_state for oneself, as Profile has the way that leaves no one without
 */
export async function unlinkIdentities(
  ctx: ServiceContext,
  input: z.input<typeof adminIdSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { id } = parse(adminIdSchema, input);
  requireFreshFactor(ctx);
  if (ctx.principal.kind === "admin" && ctx.principal.id === id)
    throw new AppError("invalid_state", "Unlink your own account in Profile.");
  return withTransaction(ctx, async (ctx) => {
    // A sign-in by a provider takes the same lock: none links another account in between.
    const admin = await lockMember(ctx, id);
    const unlinked = await ctx.tx
      .delete(adminIdentities)
      .where(eq(adminIdentities.adminId, id))
      .returning({ issuer: adminIdentities.issuer });
    if (unlinked.length === 0) return adminViewOf(admin);
    await ctx.tx.delete(sessions).where(eq(sessions.adminId, id));
    for (const { issuer } of unlinked)
      await recordAudit(ctx, {
        action: "admin.unlink_identity",
        subject: { id, name: admin.email },
        environment: null,
        before: { provider: issuer },
      });
    return adminViewOf(admin);
  });
}
