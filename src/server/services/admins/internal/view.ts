import type { AdminView } from "@/contracts/admins";
import type { EnvironmentRoles, Role, RoleGrants } from "@/contracts/roles";
import { inOrder } from "@/contracts/schemas/roles";
import type { admins } from "@/server/database/schema";

export type AdminRow = typeof admins.$inferSelect;

/** An administrator without anything that only their sign-in needs. */
export function adminViewOf({
  id,
  email,
  name,
  role,
  environmentRoles,
  timeZone,
}: AdminView & Partial<AdminRow>): AdminView {
  return { id, email, name, role, environmentRoles, timeZone };
}

/** What is on record of a role: its name, or the names by environment. */
export function auditedRole({ role, environmentRoles }: RoleGrants): Role | EnvironmentRoles {
  return environmentRoles ? inOrder(environmentRoles) : role;
}
