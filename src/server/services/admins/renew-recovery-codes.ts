import { eq } from "drizzle-orm";
import type { z } from "zod";
import { secondFactorInput } from "@/contracts/schemas/confirmation";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { newRecoveryCodes } from "@/server/core/recovery-codes";
import { parse } from "@/server/core/validation";
import { secondFactors } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { countCode } from "./internal/attempts";
import { requireCode } from "./internal/require-code";
import { requirePasskey, requirePasskeyUse } from "./internal/require-passkey";
import { tellOfSecondFactor } from "./internal/tell-second-factor";

/**
 * Makes new recovery codes in the place of those there are.
 * @returns them, which are shown this once
 * @throws AppError validation_failed at the code or passkey; invalid_state where there is no second factor; rate_limited
 */
export async function renewRecoveryCodes(
  ctx: ServiceContext,
  input: z.input<typeof secondFactorInput>,
): Promise<{ codes: string[] }> {
  authorize(ctx, "profile:manage");
  const given = parse(secondFactorInput, input);
  requireFreshFactor(ctx);
  const { id, email } = administratorOf(ctx.principal);
  await countCode(ctx, id);
  const proof = "passkey" in given ? await requirePasskey(ctx, given.passkey) : null;
  return withTransaction(ctx, async (ctx) => {
    if (proof) await requirePasskeyUse(ctx, proof);
    if ("code" in given) await requireCode(ctx, id, given.code);
    const { codes, digests } = newRecoveryCodes();
    await ctx.tx.update(secondFactors).set({ recoveryDigests: digests }).where(eq(secondFactors.adminId, id));
    await tellOfSecondFactor(ctx, id, "codes_renewed");
    await recordAudit(ctx, {
      action: "second_factor.renew_codes",
      subject: { id, name: email },
      environment: null,
    });
    return { codes };
  });
}
