import { type LicenseFacts, licenseStatus } from "./licenses";

/** What `POST /licenses/validate` can find, in the order in which it looks. */
export const VALIDATION_CODES = [
  "valid",
  "not_found",
  "unassigned",
  "suspended",
  "revoked",
  "expired",
  "product_mismatch",
  "not_activated",
] as const;

export type ValidationCode = (typeof VALIDATION_CODES)[number];

/**
 * Why a licence that exists may not be used now, or null where nothing is against it. Of several reasons the first of
 * {@link VALIDATION_CODES} counts, where a licence that was suspended and then revoked is revoked, as its status says.
 */
export function licenseObstacle(
  facts: LicenseFacts,
  now: Date,
): "unassigned" | "suspended" | "revoked" | "expired" | null {
  if (facts.customerId === null) return "unassigned";
  const status = licenseStatus(facts, now);
  return status === "active" || status === "available" ? null : status;
}
