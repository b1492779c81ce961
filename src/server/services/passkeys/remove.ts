import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { passkeyIdSchema } from "@/contracts/schemas/passkeys";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { adminIdentities, admins, passkeys, secondFactors } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { holdsPasskey } from "./holds";
import { tellOfPasskey } from "./internal/tell";

type InTransaction = ServiceContext & { tx: Transaction };

/**
 * Removes one of one's own passkeys: it signs nobody in any more. With the last of them, where there is no app either, go
 * the recovery codes.
 * @throws AppError confirmation_required; not_found, also for somebody else's; invalid_state where there would be no way
 * left to sign in
 */
export async function removePasskey(
  ctx: ServiceContext,
  input: z.input<typeof passkeyIdSchema>,
): Promise<{ id: Id<"psk">; removed: true }> {
  authorize(ctx, "profile:manage");
  const { id } = parse(passkeyIdSchema, input);
  requireFreshFactor(ctx);
  const { id: adminId } = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const [admin] = await ctx.tx
      .select({ hasPassword: admins.hasPassword })
      .from(admins)
      .where(eq(admins.id, adminId))
      .for("update");
    const [removed] = await ctx.tx
      .delete(passkeys)
      .where(and(eq(passkeys.id, id), eq(passkeys.adminId, adminId)))
      .returning({ name: passkeys.name });
    if (!removed) throw notFound();
    if (!(await holdsPasskey(ctx.tx, adminId))) {
      if (!admin?.hasPassword && !(await hasIdentity(ctx, adminId)))
        throw new AppError("invalid_state", "This is the only way in which you can sign in.");
      await ctx.tx
        .delete(secondFactors)
        .where(and(eq(secondFactors.adminId, adminId), isNull(secondFactors.enabledAt)));
    }
    await recordAudit(ctx, {
      action: "passkey.remove",
      subject: { id, name: removed.name },
      environment: null,
    });
    await tellOfPasskey(ctx, "removed", { id, adminId, name: removed.name });
    return { id, removed: true as const };
  });
}

async function hasIdentity({ tx }: InTransaction, adminId: Id<"adm">): Promise<boolean> {
  const [one] = await tx
    .select({ issuer: adminIdentities.issuer })
    .from(adminIdentities)
    .where(eq(adminIdentities.adminId, adminId))
    .limit(1);
  return one !== undefined;
}
