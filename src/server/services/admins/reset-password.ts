import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { resetPasswordSchema } from "@/contracts/schemas/admins";
import { authorize } from "@/server/core/authorize";
import { refuseCommonPassword } from "@/server/core/common-passwords";
import { hashPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeAdmin } from "./internal/change";
import { adminViewOf } from "./internal/view";

/**
 * Sets an administrator's password without the present one, and ends their sessions. No procedure offers it: an owner who
 * could do this in the console could become anybody there.
 * @throws AppError not_found
 */
export async function resetPassword(
  ctx: ServiceContext,
  input: z.input<typeof resetPasswordSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { id, password } = parse(resetPasswordSchema, input);
  await refuseCommonPassword("password", password);
  const passwordHash = await hashPassword(password);
  const set = { passwordHash, hasPassword: true };
  return adminViewOf(await changeAdmin(ctx, id, "admin.reset_password", () => ({ set })));
}
