import { eq } from "drizzle-orm";
import type { SecondFactorView } from "@/contracts/second-factor";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { secondFactors } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Whether signing in asks oneself for a code. */
export async function getSecondFactor(ctx: ServiceContext): Promise<SecondFactorView> {
  authorize(ctx, "profile:manage");
  const { id } = administratorOf(ctx.principal);
  const [row] = await withDatabase(ctx, (db) =>
    db
      .select({ enabledAt: secondFactors.enabledAt, digests: secondFactors.recoveryDigests })
      .from(secondFactors)
      .where(eq(secondFactors.adminId, id)),
  );
  return { enabledAt: row?.enabledAt?.toISOString() ?? null, codesLeft: row?.digests.length ?? 0 };
}
