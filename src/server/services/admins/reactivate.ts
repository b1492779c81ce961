import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { adminIdSchema } from "@/contracts/schemas/admins";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeAdmin } from "./internal/change";
import { adminViewOf } from "./internal/view";

/**
 * Lets a deactivated administrator sign in again, with the password and the role of before.
 * @throws AppError not_found
 */
export async function reactivateAdmin(
  ctx: ServiceContext,
  input: z.input<typeof adminIdSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { id } = parse(adminIdSchema, input);
  requireFreshFactor(ctx);
  const changed = await changeAdmin(ctx, id, "admin.reactivate", ({ deactivatedAt }) => {
    if (!deactivatedAt) return null;
    return {
      set: { deactivatedAt: null },
      before: { deactivatedAt: deactivatedAt.toISOString() },
      after: { deactivatedAt: null },
    };
  });
  return adminViewOf(changed);
}
