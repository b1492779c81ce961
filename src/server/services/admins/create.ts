import type { z } from "zod";
import { type AdminView, createAdminSchema } from "@/contracts/admins";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { hashPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { violatedUnique } from "@/server/database/errors";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { auditedRole } from "./internal/change";
import { refuseCommonPassword } from "./internal/common-password";

/**
 * Adds an administrator.
 * @throws AppError conflict when the e-mail is taken; validation_failed for a password that is tried first
 */
export async function createAdmin(
  ctx: ServiceContext,
  input: z.input<typeof createAdminSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { email, password, name, role, environmentRoles } = parse(createAdminSchema, input);
  await refuseCommonPassword("password", password);
  const passwordHash = await hashPassword(password);
  const admin: AdminView = { id: newId("adm"), email, name, role, environmentRoles };
  try {
    return await withTransaction(ctx, async (ctx) => {
      await ctx.tx.insert(admins).values({
        ...admin,
        email: cleanText(email),
        name: cleanText(name),
        passwordHash,
        createdAt: ctx.clock.now(),
      });
      await recordAudit(ctx, {
        action: "admin.create",
        subject: { id: admin.id, name: email },
        environment: null,
        after: { email, name, role: auditedRole(admin) },
      });
      return admin;
    });
  } catch (error) {
    if (violatedUnique(error) === "admins_email_key") {
      throw new AppError(
        "conflict",
        "There is an administrator with this e-mail address already.",
        {},
        error,
      );
    }
    throw error;
  }
}
