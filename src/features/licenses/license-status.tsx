"use client";

import { Badge } from "@/components/badge";
import type { LicenseStatus, LicenseView } from "@/contracts/licenses";
import { type Role, roleAllows } from "@/contracts/roles";
import { useReached } from "@/lib/use-reached";

const STATUSES = {
  available: { label: "Available", tone: "idle" },
  active: { label: "Active", tone: "ok" },
  suspended: { label: "Suspended", tone: "warn" },
  expired: { label: "Expired", tone: "bad" },
  revoked: { label: "Revoked", tone: "bad" },
} as const satisfies Record<LicenseStatus, { label: string; tone: string }>;

/** The word for a status. */
export function licenseStatusLabel(status: LicenseStatus): string {
  return STATUSES[status].label;
}

/** Status of a licence as the server told it, and kept true while the page stays open past its expiry. */
export function LicenseStatusBadge({ value }: { value: Pick<LicenseView, "status" | "expiresAt"> }) {
  const expired = useReached(value.expiresAt);
  // A suspension or a revocation hides the expiry, as on the server.
  const canExpire = value.status === "active" || value.status === "available";
  const { label, tone } = STATUSES[canExpire && expired ? "expired" : value.status];
  return <Badge tone={tone}>{label}</Badge>;
}

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
  role: Role | null,
): LicenseAction[] {
  if (!roleAllows(role, "licenses:manage")) return [];
  // Revoking is final: no step leads on from there.
  if (license.revokedAt) return ["edit", "delete"];
  return ["edit", license.suspendedAt ? "reinstate" : "suspend", "revoke", "delete"];
}
