import {
  grants,
  isPermission,
  type OwnPermission,
  PERMISSION_DETAILS,
  PERMISSION_PRESETS,
  PERMISSIONS,
  type Permission,
} from "@/contracts/permissions";
import { listOf } from "@/lib/words";

/** Permissions of one resource. */
export interface PermissionGroup {
  resource: string;
  permissions: string[];
}

/** Those that were defined here; where they are not known yet, none. */
type Own = readonly OwnPermission[] | undefined;

const definitionOf = (permission: string, own: Own) => own?.find(({ name }) => name === permission);

const FULL: readonly Permission[] = PERMISSION_PRESETS.full.permissions;

/** Groups permissions by resource, those of the catalogue first; resources without any are left out. */
export function groupByResource(permissions: readonly string[]): PermissionGroup[] {
  const groups = new Map<string, string[]>();
  for (const permission of permissions) {
    const resource = isPermission(permission) ? PERMISSION_DETAILS[permission].resource : titleOf(permission);
    groups.set(resource, [...(groups.get(resource) ?? []), permission]);
  }
  return [...groups].map(([resource, members]) => ({ resource, permissions: members }));
}

/** `order-lines:read` is about "Order lines". */
function titleOf(permission: string): string {
  const words = permission.slice(0, permission.indexOf(":")).replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Every permission that a key can be given, those of the catalogue first. */
export function offered(own: Own): string[] {
  return [...PERMISSIONS, ...(own ?? []).map(({ name }) => name)];
}

/** Whether it is neither of the catalogue nor defined here, and so grants nothing. A key may still carry one. */
export function isDropped(permission: string, own: Own): boolean {
  return own !== undefined && !isPermission(permission) && !definitionOf(permission, own);
}

/** The name administrators know a permission by. One that is not known goes by its raw string. */
export function permissionLabel(permission: string, own?: Own): string {
  if (isPermission(permission)) return PERMISSION_DETAILS[permission].label;
  return definitionOf(permission, own)?.label ?? permission;
}

/** What a holder can do. */
export function permissionDescription(permission: string, own: Own): string {
  if (isPermission(permission)) return PERMISSION_DETAILS[permission].description;
  const definition = definitionOf(permission, own);
  if (definition) return definition.description || "What services of your own ask for by this name.";
  return own ? "Nothing: neither the catalogue nor Settings has it." : "";
}

/** The chosen permission that already includes `permission`, if any. */
export function includedBy(permission: string, chosen: readonly string[], own?: Own): string | null {
  const includes = (other: string) =>
    isPermission(permission)
      ? grants([other], permission)
      : definitionOf(other, own)?.implies.includes(permission);
  return chosen.find((other) => other !== permission && includes(other)) ?? null;
}

/** Whether no record of the public API is closed to a holder of these permissions. */
export function isFullAccess(permissions: readonly string[]): boolean {
  return FULL.every((permission) => grants(permissions, permission));
}

/**
 * What anyone who finds a key with these permissions can do, as the end of a sentence: "change licences and read jobs". What
 * services of one's own open goes by their permissions' names.
 */
export function powersOf(permissions: readonly string[], own?: Own): string {
  const isFull = isFullAccess(permissions);
  const objects = new Map<string, string[]>();
  for (const permission of permissions.filter(isPermission)) {
    if (includedBy(permission, permissions) || (isFull && FULL.includes(permission))) continue;
    const [verb, object] = PERMISSION_DETAILS[permission].power;
    objects.set(verb, [...(objects.get(verb) ?? []), object]);
  }
  const ofKeyward = [...objects].map(([verb, of]) => `${verb} ${listOf(of)}`);
  if (isFull) ofKeyward.unshift("do everything the API offers for records");
  const elsewhere = permissions
    .filter((one) => definitionOf(one, own))
    .map((one) => permissionLabel(one, own));
  const services = elsewhere.length > 0 ? [`use ${listOf(elsewhere)} of your own services`] : [];
  return listOf([...ofKeyward, ...services]) || "do nothing";
}
