import { isNull } from "drizzle-orm";
import type { SecondFactorSecret } from "@/contracts/second-factor";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { secondFactors } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { newSecret, sealSecret } from "./internal/totp";

/**
 * Makes a secret for an authenticator app, and shows it this once. It asks for nothing until a code of it has confirmed
 * that the app has it; made again before, the one before is gone.
 * @throws AppError confirmation_required; invalid_state where there is a second factor, or no pepper
 */
export async function offerSecondFactor(ctx: ServiceContext): Promise<SecondFactorSecret> {
  authorize(ctx, "profile:manage");
  requireFreshFactor(ctx);
  const { id, email } = administratorOf(ctx.principal);
  const { bytes, key, uri } = newSecret(email);
  const sealedSecret = sealSecret(bytes, ctx.keyMaterial, id);
  return withTransaction(ctx, async (ctx) => {
    const fresh = { sealedSecret, createdAt: ctx.clock.now(), lastStep: 0 };
    const [made] = await ctx.tx
      .insert(secondFactors)
      .values({ adminId: id, ...fresh })
      .onConflictDoUpdate({
        target: secondFactors.adminId,
        set: fresh,
        setWhere: isNull(secondFactors.enabledAt),
      })
      .returning({ id: secondFactors.adminId });
    if (!made) throw new AppError("invalid_state", "There is a second factor already. Remove it first.");
    return { key, uri };
  });
}
