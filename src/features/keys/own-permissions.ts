import type { OwnPermission } from "@/contracts/permissions";
import { trpc } from "@/trpc/client";

/** The permissions that were defined here, beside those of the catalogue; undefined until they are known. */
export function useOwnPermissions(): readonly OwnPermission[] | undefined {
  return trpc.permissions.list.useQuery().data;
}
