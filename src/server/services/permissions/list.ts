import type { OwnPermission } from "@/contracts/permissions";
import { authorize } from "@/server/core/authorize";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { loadOwnPermissions } from "./internal/load";

/** All permissions that were defined here, by their names: whoever may see keys may see what theirs mean. */
export async function listPermissions(ctx: ServiceContext): Promise<OwnPermission[]> {
  authorize(ctx, "keys:read");
  return withDatabase(ctx, loadOwnPermissions);
}
