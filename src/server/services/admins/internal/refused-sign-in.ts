import { eq } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";

/** A stranger who fails on purpose, from many addresses, must not be able to fill the audit, of which nothing is removed. */
const RECORD_STEP_MS = MINUTE_MS;

/**
 * Notes a failed attempt to sign in as somebody, or to confirm that one is them, beside the answer and not before it: what
 * is done for a known account alone would tell, by the time it takes, which accounts there are.
 */
export function noteRefusedSignIn(ctx: ServiceContext, id: Id<"adm">): void {
  // By nobody: whoever failed is not known to be the person.
  const asSignIn: ServiceContext = { ...ctx, principal: { kind: "system", name: "sign-in" } };
  ctx.background.run(ctx, "A failed sign-in could not be recorded", () => recordRefusedSignIn(asSignIn, id));
}

/**
 * Puts failed attempts to sign in as somebody on record: one row a minute at most, with how many there were since the row
 * before. What is left over at the end stands in the row of the sign-in that succeeds, or of the next failure.
 */
async function recordRefusedSignIn(ctx: ServiceContext, id: Id<"adm">): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    const [admin] = await ctx.tx
      .select({
        email: admins.email,
        failures: admins.unrecordedFailures,
        recordedAt: admins.failureRecordedAt,
      })
      .from(admins)
      .where(eq(admins.id, id))
      .for("update");
    if (!admin) return;
    const now = ctx.clock.now();
    const attempts = admin.failures + 1;
    if (admin.recordedAt && now.getTime() - admin.recordedAt.getTime() < RECORD_STEP_MS) {
      await ctx.tx.update(admins).set({ unrecordedFailures: attempts }).where(eq(admins.id, id));
      return;
    }
    await ctx.tx
      .update(admins)
      .set({ unrecordedFailures: 0, failureRecordedAt: now })
      .where(eq(admins.id, id));
    await recordAudit(ctx, {
      action: "admin.refuse_sign_in",
      subject: { id, name: admin.email },
      environment: null,
      after: { attempts },
    });
  });
}
