import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { resetOwnPasswordSchema } from "@/contracts/schemas/admin-links";
import { refuseCommonPassword } from "@/server/core/common-passwords";
import { hashPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { asAdministrator } from "../sessions";
import { countLinkAttempt } from "./internal/attempts";
import { deadLink, findLink, spendLink } from "./internal/link";

/**
 * Sets a new password with the link that was mailed. Every session ends with it, and it starts none: a second factor is asked
 * for at the sign-in that follows.
 * @throws AppError not_found where the link opens nothing, without saying why; validation_failed; rate_limited
 */
export async function resetOwnPassword(
  ctx: ServiceContext,
  input: z.input<typeof resetOwnPasswordSchema>,
): Promise<void> {
  const { token, password } = parse(resetOwnPasswordSchema, input);
  await countLinkAttempt(ctx);
  // Looked at first: a made-up link must not cost the hashing of a password.
  await withDatabase(ctx, (db) => findLink(ctx, db, token, "reset_password"));
  await refuseCommonPassword("password", password);
  const passwordHash = await hashPassword(password);
  await withTransaction(ctx, async (ctx) => {
    const { adminId } = await spendLink(ctx, token, "reset_password");
    const [admin] = await ctx.tx
      .update(admins)
      .set({ passwordHash, hasPassword: true })
      .where(and(eq(admins.id, adminId), isNull(admins.deactivatedAt)))
      .returning({ email: admins.email });
    if (!admin) throw deadLink();
    await recordAudit(await asAdministrator(ctx, adminId), {
      action: "admin.reset_own_password",
      subject: { id: adminId, name: admin.email },
      environment: null,
    });
  });
}
