import { eq } from "drizzle-orm";
import type { SecondFactorView } from "@/contracts/second-factor";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { secondFactors } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { holdsPasskey } from "../passkeys";

/** By what signing in asks oneself for a second factor. */
export async function getSecondFactor(ctx: ServiceContext): Promise<SecondFactorView> {
  authorize(ctx, "profile:manage");
  const { id } = administratorOf(ctx.principal);
  return withDatabase(ctx, async (db) => {
    const [row] = await db
      .select({ enabledAt: secondFactors.enabledAt, digests: secondFactors.recoveryDigests })
      .from(secondFactors)
      .where(eq(secondFactors.adminId, id));
    return {
      enabledAt: row?.enabledAt?.toISOString() ?? null,
      hasPasskey: await holdsPasskey(db, id),
      codesLeft: row?.digests.length ?? 0,
    };
  });
}
