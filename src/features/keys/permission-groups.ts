import { grants, PERMISSION_DETAILS, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { listOf } from "@/lib/words";

/** The permissions of one resource of the public API, in the order of the catalogue. */
export interface PermissionGroup {
  resource: string;
  permissions: Permission[];
}

/** Groups permissions by resource; resources without any are left out. */
export function groupByResource(permissions: readonly Permission[]): PermissionGroup[] {
  const groups = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const { resource } = PERMISSION_DETAILS[permission];
    groups.set(resource, [...(groups.get(resource) ?? []), permission]);
  }
  return [...groups].map(([resource, members]) => ({ resource, permissions: members }));
}

/** Whether the string is a permission of today's catalogue. A key may still carry one that has been dropped. */
export function isCataloged(permission: string): permission is Permission {
  return Object.hasOwn(PERMISSION_DETAILS, permission);
}

/** The name administrators know a permission by. One that the catalogue has dropped goes by its raw string. */
export function permissionLabel(permission: string): string {
  return isCataloged(permission) ? PERMISSION_DETAILS[permission].label : permission;
}

/** The chosen permission that already includes `permission`, if any. */
export function includedBy(permission: Permission, chosen: readonly string[]): Permission | null {
  const others = chosen.filter(isCataloged).filter((other) => other !== permission);
  return others.find((other) => grants([other], permission)) ?? null;
}

/** Whether nothing of the public API is closed to a holder of these permissions. */
export function isFullAccess(permissions: readonly string[]): boolean {
  return PERMISSIONS.every((permission) => grants(permissions, permission));
}

/** What anyone who finds a key with these permissions can do, as the end of a sentence: "change licences and read jobs". */
export function powersOf(permissions: readonly string[]): string {
  if (isFullAccess(permissions)) return "do everything the API offers";
  const objects = new Map<string, string[]>();
  for (const permission of permissions.filter(isCataloged)) {
    if (includedBy(permission, permissions)) continue;
    const [verb, object] = PERMISSION_DETAILS[permission].power;
    objects.set(verb, [...(objects.get(verb) ?? []), object]);
  }
  return listOf([...objects].map(([verb, of]) => `${verb} ${listOf(of)}`)) || "do nothing";
}
