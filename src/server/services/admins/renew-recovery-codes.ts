import { eq } from "drizzle-orm";
import type { z } from "zod";
import { secondFactorCodeInput } from "@/contracts/second-factor";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { secondFactors } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { countCode } from "./internal/attempts";
import { newRecoveryCodes } from "./internal/recovery-codes";
import { requireCode } from "./internal/require-code";

/**
 * Makes new recovery codes in the place of those there are.
 * @returns them, which are shown this once
 * @throws AppError validation_failed at the code; invalid_state where there is no second factor; rate_limited
 */
export async function renewRecoveryCodes(
  ctx: ServiceContext,
  input: z.input<typeof secondFactorCodeInput>,
): Promise<{ codes: string[] }> {
  authorize(ctx, "profile:manage");
  const { code } = parse(secondFactorCodeInput, input);
  requireFreshFactor(ctx);
  const { id, email } = administratorOf(ctx.principal);
  await countCode(ctx, id);
  return withTransaction(ctx, async (ctx) => {
    await requireCode(ctx, id, code);
    const { codes, digests } = newRecoveryCodes();
    await ctx.tx.update(secondFactors).set({ recoveryDigests: digests }).where(eq(secondFactors.adminId, id));
    await recordAudit(ctx, {
      action: "second_factor.renew_codes",
      subject: { id, name: email },
      environment: null,
    });
    return { codes };
  });
}
