"use client";

import { Badge } from "@/components/badge";
import type { LicenseStatus, LicenseView } from "@/contracts/licenses";
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
