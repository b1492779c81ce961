import { eq } from "drizzle-orm";
import type { AuditAction } from "@/contracts/audit";
import { administratorOf } from "@/server/core/principal";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import type { AdminRow } from "./view";

/** What somebody changes about themselves without a word to anybody. */
type OwnField = "name" | "timeZone";

/** Changes a field of the administrator who acts. What is the same already is no change, and not on record. */
export async function changeOwn<Field extends OwnField>(
  ctx: ServiceContext,
  action: AuditAction,
  field: Field,
  value: AdminRow[Field],
): Promise<void> {
  const { id, email } = administratorOf(ctx.principal);
  await withTransaction(ctx, async (ctx) => {
    const [before] = await ctx.tx
      .select({ value: admins[field] })
      .from(admins)
      .where(eq(admins.id, id))
      .for("update");
    if (!before || before.value === value) return;
    await ctx.tx
      .update(admins)
      .set({ [field]: value })
      .where(eq(admins.id, id));
    await recordAudit(ctx, {
      action,
      subject: { id, name: email },
      environment: null,
      before: { [field]: before.value },
      after: { [field]: value },
    });
  });
}
