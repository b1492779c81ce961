import type { AdminView } from "@/contracts/admins";
import type { AdminRow } from "./change";

/** An administrator without anything that only their sign-in needs. */
export function adminViewOf({
  id,
  email,
  name,
  role,
  environmentRoles,
}: AdminView & Partial<AdminRow>): AdminView {
  return { id, email, name, role, environmentRoles };
}
