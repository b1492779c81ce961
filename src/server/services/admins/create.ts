import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { createAdminSchema } from "@/contracts/schemas/admins";
import { authorize } from "@/server/core/authorize";
import { refuseCommonPassword } from "@/server/core/common-passwords";
import { hashPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { addAdmin } from "./internal/add";

/**
 * Adds an administrator.
 * @throws AppError conflict when the e-mail is taken; validation_failed for a password that is tried first
 */
export async function createAdmin(
  ctx: ServiceContext,
  input: z.input<typeof createAdminSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { password, ...admin } = parse(createAdminSchema, input);
  await refuseCommonPassword("password", password);
  const passwordHash = await hashPassword(password);
  return withTransaction(ctx, (ctx) => addAdmin(ctx, admin, passwordHash));
}
