import { eq } from "drizzle-orm";
import type { z } from "zod";
import { secondFactorCodeInput } from "@/contracts/schemas/second-factor";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { secondFactors } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { holdsPasskey } from "../passkeys";
import { countCode } from "./internal/attempts";
import { requireCode } from "./internal/require-code";
import { tellOfSecondFactor } from "./internal/tell-second-factor";

/**
 * Switches codes of an app off for oneself, with a code of it: whoever finds a console open must not be able to.
 * @throws AppError confirmation_required; validation_failed at the code; invalid_state where there is none; rate_limited
 */
export async function removeSecondFactor(
  ctx: ServiceContext,
  input: z.input<typeof secondFactorCodeInput>,
): Promise<void> {
  authorize(ctx, "profile:manage");
  const { code } = parse(secondFactorCodeInput, input);
  requireFreshFactor(ctx);
  const { id, email } = administratorOf(ctx.principal);
  await countCode(ctx, id);
  await withTransaction(ctx, async (ctx) => {
    await requireCode(ctx, id, code);
    const own = eq(secondFactors.adminId, id);
    // Beside passkeys the recovery codes stay.
    if (await holdsPasskey(ctx.tx, id))
      await ctx.tx.update(secondFactors).set({ sealedSecret: null, enabledAt: null }).where(own);
    else await ctx.tx.delete(secondFactors).where(own);
    await tellOfSecondFactor(ctx, id, "removed");
    await recordAudit(ctx, {
      action: "second_factor.remove",
      subject: { id, name: email },
      environment: null,
    });
  });
}
