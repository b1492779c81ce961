import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { adminIdSchema } from "@/contracts/schemas/admins";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeAdmin } from "./internal/change";
import { auditedRole } from "./internal/view";

/**
 * Removes an administrator for good. What they did stays on record under their e-mail address.
 * @throws AppError not_found, invalid_state for the last owner
 */
export async function removeAdmin(
  ctx: ServiceContext,
  input: z.input<typeof adminIdSchema>,
): Promise<{ id: Id<"adm">; removed: true }> {
  authorize(ctx, "team:manage");
  const { id } = parse(adminIdSchema, input);
  requireFreshFactor(ctx);
  await changeAdmin(ctx, id, "admin.remove", (admin) => ({
    set: "remove",
    before: { email: admin.email, name: admin.name, role: auditedRole(admin) },
  }));
  return { id, removed: true };
}
