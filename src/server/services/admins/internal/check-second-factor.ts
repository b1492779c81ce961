import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { SecondFactorWay } from "@/contracts/second-factor";
import { tokenDigest } from "@/server/core/secrets";
import type { Transaction } from "@/server/database/connections";
import { secondFactors } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { holdsPasskey } from "../../passkeys";
import { lockSecondFactor } from "./second-factor-row";
import { tellOfSecondFactor } from "./tell-second-factor";
import { openSecret, sealSecret, stepOf } from "./totp";

type InTransaction = ServiceContext & { tx: Transaction };

/**
 * By what somebody can be asked for a second factor, beside a recovery code; nothing: they are not asked. For whoever has
 * shown the password already: it tells whether there is one.
 */
export async function secondFactorWays(ctx: InTransaction, adminId: Id<"adm">): Promise<SecondFactorWay[]> {
  const row = await lockSecondFactor(ctx, adminId);
  const hasPasskey = await holdsPasskey(ctx.tx, adminId);
  return [...(hasPasskey ? (["passkey"] as const) : []), ...(row?.enabledAt ? (["app"] as const) : [])];
}

/**
 * Checks a code, and uses it up: a code of the app counts once, and so does a recovery code.
 * @param code as secondFactorCodeSchema reads it
 * @returns what it was
 */
export async function checkSecondFactor(
  ctx: InTransaction,
  adminId: Id<"adm">,
  code: string,
): Promise<"wrong" | "app" | "recovery code"> {
  const row = await lockSecondFactor(ctx, adminId);
  if (!row) return "wrong";
  const own = eq(secondFactors.adminId, adminId);
  const digest = tokenDigest(code);
  if (row.recoveryDigests.includes(digest)) {
    const recoveryDigests = row.recoveryDigests.filter((one) => one !== digest);
    await ctx.tx.update(secondFactors).set({ recoveryDigests }).where(own);
    await tellOfSecondFactor(ctx, adminId, "code_used", recoveryDigests.length);
    return "recovery code";
  }
  const opened = row.enabledAt && row.sealedSecret && openSecret(row.sealedSecret, ctx.keyMaterial, adminId);
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
