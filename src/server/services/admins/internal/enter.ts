import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { Transaction } from "@/server/database/connections";
import { admins } from "@/server/database/schema";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { asAdministrator, deviceOf, startSession } from "../../sessions";

/** Who has signed in, and the token of the session that was started for them. */
export interface SignedIn {
  id: Id<"adm">;
  token: string;
}

/**
 * Starts the session of somebody who has shown who they are, in the transaction that holds the lock on their row.
 * @param admin.refusedBefore failures that no audit row tells of yet
 * @param how what else is on record of the sign-in
 * @param verifiedAt when they showed it, where that was before
 */
export async function enter(
  ctx: ServiceContext & { tx: Transaction },
  { id, refusedBefore }: { id: Id<"adm">; refusedBefore: number },
  how: Record<string, unknown> = {},
  verifiedAt: Date | null = null,
): Promise<SignedIn> {
  await ctx.tx
    .update(admins)
    .set({ lastSignInAt: ctx.clock.now(), unrecordedFailures: 0 })
    .where(eq(admins.id, id));
  const session = await startSession(ctx, id, verifiedAt);
  await recordAudit(await asAdministrator(ctx, id), {
    action: "session.start",
    subject: { id: session.id, name: deviceOf(ctx.userAgent) },
    environment: null,
    after: { ...how, ...(refusedBefore > 0 ? { refusedBefore } : {}) },
  });
  return { id, token: session.token };
}
