import { eq } from "drizzle-orm";
import type { z } from "zod";
import { secondFactorCodeInput } from "@/contracts/schemas/second-factor";
import { authorize } from "@/server/core/authorize";
import { AppError, invalidField } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { newRecoveryCodes } from "@/server/core/recovery-codes";
import { parse } from "@/server/core/validation";
import { secondFactors } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { holdsPasskey } from "../passkeys";
import { countCode } from "./internal/attempts";
import { lockSecondFactor, notEnabled } from "./internal/second-factor-row";
import { tellOfSecondFactor } from "./internal/tell-second-factor";
import { openSecret, stepOf } from "./internal/totp";

/**
 * Switches the second factor on, with a code that shows that the app has the secret.
 * @returns the recovery codes, which are shown this once; none beside passkeys, whose codes go on working
 * @throws AppError validation_failed at the code; invalid_state where none was offered, or it is on; rate_limited
 */
export async function confirmSecondFactor(
  ctx: ServiceContext,
  input: z.input<typeof secondFactorCodeInput>,
): Promise<{ codes: string[] }> {
  authorize(ctx, "profile:manage");
  const { code } = parse(secondFactorCodeInput, input);
  const { id, email } = administratorOf(ctx.principal);
  await countCode(ctx, id);
  return withTransaction(ctx, async (ctx) => {
    const row = await lockSecondFactor(ctx, id);
    if (!row?.sealedSecret) throw notEnabled();
    if (row.enabledAt) throw new AppError("invalid_state", "The second factor is on already.");
    const opened = openSecret(row.sealedSecret, ctx.keyMaterial, id);
    const now = ctx.clock.now();
    const lastStep = opened && stepOf(opened.bytes, code, { now, lastStep: row.lastStep });
    if (lastStep === null) throw invalidField("code", "Is not the code that the app shows now");
    const first = (await holdsPasskey(ctx.tx, id)) ? null : newRecoveryCodes();
    await ctx.tx
      .update(secondFactors)
      .set({ enabledAt: now, lastStep, ...(first && { recoveryDigests: first.digests }) })
      .where(eq(secondFactors.adminId, id));
    await tellOfSecondFactor(ctx, id, "enabled");
    await recordAudit(ctx, {
      action: "second_factor.enable",
      subject: { id, name: email },
      environment: null,
    });
    return { codes: first?.codes ?? [] };
  });
}
