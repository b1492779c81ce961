import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { adminIdSchema } from "@/contracts/schemas/admins";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { passkeys, secondFactors, sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockMember } from "./internal/change";
import { tellOfSecondFactor } from "./internal/tell-second-factor";
import { adminViewOf } from "./internal/view";

/**
 * Takes the second factor away from somebody who has lost it, passkeys too, and ends their sessions: whoever found the phone
 * may be signed in with it. The password alone signs in then, until they set up another.
 * @throws AppError not_found; invalid_state for oneself, as a console that was left open must not be enough for that
 */
export async function resetSecondFactor(
  ctx: ServiceContext,
  input: z.input<typeof adminIdSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { id } = parse(adminIdSchema, input);
  requireFreshFactor(ctx);
  if (ctx.principal.kind === "admin" && ctx.principal.id === id)
    throw new AppError("invalid_state", "Switch your own second factor off in Profile, with a code of it.");
  return withTransaction(ctx, async (ctx) => {
    const admin = await lockMember(ctx, id);
    const [removed] = await ctx.tx
      .delete(secondFactors)
      .where(eq(secondFactors.adminId, id))
      .returning({ enabledAt: secondFactors.enabledAt });
    const lost = await ctx.tx
      .delete(passkeys)
      .where(eq(passkeys.adminId, id))
      .returning({ name: passkeys.name });
    // One that no code has confirmed yet asked for nothing.
    if (!removed?.enabledAt && lost.length === 0) return adminViewOf(admin);
    await ctx.tx.delete(sessions).where(eq(sessions.adminId, id));
    await tellOfSecondFactor(ctx, id, "reset");
    await recordAudit(ctx, {
      action: "second_factor.reset",
      subject: { id, name: admin.email },
      environment: null,
      ...(lost.length > 0 && { before: { passkeys: lost.map(({ name }) => name) } }),
    });
    return adminViewOf(admin);
  });
}
