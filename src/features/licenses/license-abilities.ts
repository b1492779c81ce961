import type { LicenseView } from "@/contracts/licenses";
import { type Role, roleAllows } from "@/contracts/roles";

/** What can be done to a licence from its page. */
export const LICENSE_ACTIONS = {
  edit: "Edit",
  suspend: "Suspend",
  reinstate: "Reinstate",
  revoke: "Revoke",
  delete: "Delete",
} as const;

export type LicenseAction = keyof typeof LICENSE_ACTIONS;

/** An action that somebody has asked for, and the licence as it was shown then. */
export interface AskedLicenseAction {
  action: LicenseAction;
  license: LicenseView;
}

/** The actions that the server would accept from this role for this licence, in the order in which they are offered. */
export function licenseActionsFor(
  license: Pick<LicenseView, "suspendedAt" | "revokedAt">,
  role: Role,
): LicenseAction[] {
  if (!roleAllows(role, "licenses:manage")) return [];
  // Revoking is final: no step leads on from there.
  if (license.revokedAt) return ["edit", "delete"];
  return ["edit", license.suspendedAt ? "reinstate" : "suspend", "revoke", "delete"];
}
