import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { changePasswordSchema } from "@/contracts/schemas/admins";
import { authorize } from "@/server/core/authorize";
import { refuseCommonPassword } from "@/server/core/common-passwords";
import { AppError, invalidField } from "@/server/core/errors";
import { hashPassword } from "@/server/core/passwords";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { requirePassword } from "./internal/require-password";

/**
 * Changes one's own password. Every session ends with it, that of the page which asks too: a cookie that was copied while
 * it was open must not outlive what is changed because of it.
 * @throws AppError validation_failed at the field that is wrong; rate_limited, counted together with sign-ins; conflict
 * where it was changed meanwhile
 */
export async function changePassword(
  ctx: ServiceContext,
  input: z.input<typeof changePasswordSchema>,
): Promise<void> {
  authorize(ctx, "profile:manage");
  const { present, next } = parse(changePasswordSchema, input);
  const { id, email } = administratorOf(ctx.principal);
  const presentHash = await requirePassword(ctx, present, "present");
  if (next === present) throw invalidField("next", "Must be another one than the present");
  await refuseCommonPassword("next", next);
  const passwordHash = await hashPassword(next);
  await withTransaction(ctx, async (ctx) => {
    const [changed] = await ctx.tx
      .update(admins)
      .set({ passwordHash })
      .where(and(eq(admins.id, id), eq(admins.passwordHash, presentHash), isNull(admins.deactivatedAt)))
      .returning({ id: admins.id });
    if (!changed)
      throw new AppError("conflict", "The password was changed meanwhile. Sign in again and look.");
    await recordAudit(ctx, {
      action: "admin.change_password",
      subject: { id, name: email },
      environment: null,
    });
  });
}
