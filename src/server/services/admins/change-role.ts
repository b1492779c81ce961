import type { z } from "zod";
import type { AdminView } from "@/contracts/admins";
import { changeRoleSchema } from "@/contracts/schemas/admins";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeAdmin } from "./internal/change";
import { adminViewOf, auditedRole } from "./internal/view";

/**
 * Gives an administrator one role everywhere, or one in each of the named environments. Ends their sessions.
 * @throws AppError not_found, invalid_state for the last owner
 */
export async function changeRole(
  ctx: ServiceContext,
  input: z.input<typeof changeRoleSchema>,
): Promise<AdminView> {
  authorize(ctx, "team:manage");
  const { id, role, environmentRoles } = parse(changeRoleSchema, input);
  requireFreshFactor(ctx);
  const changed = await changeAdmin(ctx, id, "admin.change_role", (admin) => {
    const [before, after] = [auditedRole(admin), auditedRole({ role, environmentRoles })];
    if (JSON.stringify(before) === JSON.stringify(after)) return null;
    return { set: { role, environmentRoles }, before: { role: before }, after: { role: after } };
  });
  return adminViewOf(changed);
}
