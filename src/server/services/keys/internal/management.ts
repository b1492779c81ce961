import type { KeyView } from "@/contracts/keys";
import { grants } from "@/contracts/permissions";

/** What a key may do with other keys that nobody has let it do more with. */
export const LEAST_MANAGEMENT = { managesKeys: "own", grantsKeyManagement: false } as const;

/**
 * What the permissions of a key make of what it may do with other keys: the least, where it does not have `keys:manage`. Else one
 * could say beforehand, alone, that it manages all, and have somebody approve `keys:manage`, who is not shown the rest.
 * @returns nothing, where it is as it was said
 */
export function managementOf(
  permissions: readonly string[],
): Partial<Pick<KeyView, "managesKeys" | "grantsKeyManagement">> {
  return grants(permissions, "keys:manage") ? {} : LEAST_MANAGEMENT;
}
