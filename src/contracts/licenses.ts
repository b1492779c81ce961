import { hasCome } from "./ends";
import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { License } from "./schemas/licenses";

export const LICENSE_STATUSES = ["available", "active", "suspended", "expired", "revoked"] as const;

/** Derived from the facts of a licence by {@link licenseStatus}; never stored. */
export type LicenseStatus = (typeof LICENSE_STATUSES)[number];

/** What the status of a licence follows from. */
export interface LicenseFacts {
  /** Null: nobody owns it, or its owner was deleted. */
  customerId: string | null;
  expiresAt: Date | null;
  suspendedAt: Date | null;
  revokedAt: Date | null;
}

/**
 * The status of a licence at an instant: revoked, suspended, expired, available (no customer), else active. The first
 * two are decisions of people and hide whatever else is true.
 */
export function licenseStatus(facts: LicenseFacts, now: Date): LicenseStatus {
  if (facts.revokedAt) return "revoked";
  if (facts.suspendedAt) return "suspended";
  if (hasCome(facts.expiresAt, now)) return "expired";
  if (facts.customerId === null) return "available";
  return "active";
}

/**
 * A licence key as records other than the licence itself may hold it: who reads the audit or telemetry must not be able
 * to use the licences in it. Short imported keys show less, so that what is hidden is always the larger part.
 */
export function maskLicenseKey(key: string): string {
  // No key has this sign: the key is masked already.
  if (key.includes("…")) return key;
  // Whole characters: an app may call anything a licence key, and half of an emoji cannot be stored.
  const characters = [...key];
  const last = (count: number) => characters.slice(-count).join("");
  if (characters.length >= 16) return `${characters.slice(0, 4).join("")}…${last(4)}`;
  return characters.length >= 8 ? `…${last(2)}` : "…";
}

export const MAX_ACTIVATION_LIMIT = 1_000_000;

/** A licence as the console shows it, where rows of all environments stand side by side. */
export interface LicenseView extends License {
  environment: Environment;
  customer: { id: Id<"cus">; email: string; name: string | null } | null;
  suspendedAt: string | null;
  suspendedReason: string | null;
  revokedAt: string | null;
  revokedReason: string | null;
}
