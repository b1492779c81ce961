import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { adminIdSchema } from "@/contracts/schemas/admins";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeAdmin } from "./internal/change";
import { adminViewOf } from "./internal/view";

/**
 * Shuts an administrator out until they are reactivated: they are signed out at once, cannot sign in, and jobs that they
 * have started stop. One that is deactivated already stays so, since when it was.
 * @throws AppError not_found, invalid_state for the last owner
 */
export async function deactivateAdmin(
  ctx: ServiceContext,
  input: z.input<typeof adminIdSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { id } = parse(adminIdSchema, input);
  requireFreshFactor(ctx);
  const changed = await changeAdmin(ctx, id, "admin.deactivate", ({ deactivatedAt }) => {
    if (deactivatedAt) return null;
    const now = ctx.clock.now();
    return {
      set: { deactivatedAt: now },
      before: { deactivatedAt: null },
      after: { deactivatedAt: now.toISOString() },
    };
  });
  return adminViewOf(changed);
}
