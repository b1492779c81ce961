import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { tokenDigest } from "@/server/core/secrets";
import type { Transaction } from "@/server/database/connections";
import { secondFactors } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { lockSecondFactor } from "./second-factor-row";
import { openSecret, sealSecret, stepOf } from "./totp";

/** `none`: there is no second factor to ask for. `needed`: there is one, and no code was given. */
export type CodeOutcome = "none" | "needed" | "wrong" | "app" | "recovery code";

/**
 * Checks a code, and uses it up: a code of the app counts once, and so does a recovery code. For whoever has shown the
 * password already; what is answered tells whether there is a second factor.
 * @param code as secondFactorCodeSchema reads it
 */
export async function checkSecondFactor(
  ctx: ServiceContext & { tx: Transaction },
  adminId: Id<"adm">,
  code: string | undefined,
): Promise<CodeOutcome> {
  const row = await lockSecondFactor(ctx, adminId);
  if (!row?.enabledAt) return "none";
  if (code === undefined) return "needed";
  const own = eq(secondFactors.adminId, adminId);
  const digest = tokenDigest(code);
  if (row.recoveryDigests.includes(digest)) {
    const recoveryDigests = row.recoveryDigests.filter((one) => one !== digest);
    await ctx.tx.update(secondFactors).set({ recoveryDigests }).where(own);
    return "recovery code";
  }
  const opened = openSecret(row.sealedSecret, ctx.keyMaterial, adminId);
  if (!opened) return "wrong";
  const lastStep = stepOf(opened.bytes, code, { now: ctx.clock.now(), lastStep: row.lastStep });
  if (lastStep === null) return "wrong";
  // Like a key: it moves to the present pepper when it is used.
  const moved = opened.isStale ? { sealedSecret: sealSecret(opened.bytes, ctx.keyMaterial, adminId) } : {};
  await ctx.tx
    .update(secondFactors)
    .set({ lastStep, ...moved })
    .where(own);
  return "app";
}
