import { asc } from "drizzle-orm";
import type { OwnPermission } from "@/contracts/permissions";
import type { Executor } from "@/server/database/connections";
import { permissions } from "@/server/database/schema";

/** All permissions that were defined here, by their names. */
export function loadOwnPermissions(db: Executor): Promise<OwnPermission[]> {
  const { name, label, description, implies } = permissions;
  return db.select({ name, label, description, implies }).from(permissions).orderBy(asc(name));
}
