import type { Environment } from "@/contracts/environments";
import { type LicenseView, licenseStatus, maskLicenseKey } from "@/contracts/licenses";
import type { Activation } from "@/contracts/schemas/activations";
import type { ShortLicense } from "@/contracts/schemas/license-use";
import type { License } from "@/contracts/schemas/licenses";
import { isAllowed, mayShow } from "@/server/core/authorize";
import type { activations, licenses } from "@/server/database/schema";
import type { ServiceContext } from "../../context";

export type LicenseRow = typeof licenses.$inferSelect;
type ActivationRow = typeof activations.$inferSelect;

/** The last step that somebody took with a licence: revoked is final, and a reinstatement ends a suspension. */
function lastStep(row: LicenseRow): { reason: string | null; at: Date | null } {
  if (row.revokedAt) return { reason: row.revokedReason, at: row.revokedAt };
  if (row.suspendedAt) return { reason: row.suspendedReason, at: row.suspendedAt };
  return { reason: row.reinstatedReason, at: row.reinstatedAt };
}

/** A row as the public API shows it, with the status it has now. */
export function licenseOf(row: LicenseRow, now: Date): License {
  const { reason, at } = lastStep(row);
  return {
    id: row.id,
    key: row.key,
    product: row.product,
    status: licenseStatus(row, now),
    statusReason: reason,
    statusChangedAt: at?.toISOString() ?? null,
    customerId: row.customerId,
    activationLimit: row.activationLimit,
    activationCount: row.activationCount,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    features: row.features,
    metadata: row.metadata,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** A row as validate, activate and deactivate show it to whoever asks: whole to those who may read licences. */
export function usedLicenseOf(ctx: ServiceContext, row: LicenseRow, now: Date): License | ShortLicense {
  const license = licenseOf(row, now);
  if (mayShow(ctx, "licenses:read")) return license;
  const { key, product, status, activationLimit, activationCount, expiresAt, features } = license;
  return { key, product, status, activationLimit, activationCount, expiresAt, features };
}

/**
 * Whether licence keys are shown in full. A viewer sees everything but secrets, and a licence key is one: with it and
 * the public API of an app anybody takes up places for activations.
 */
export function seesLicenseKeys(
  { principal }: Pick<ServiceContext, "principal">,
  environment: Environment,
): boolean {
  return principal.kind === "key" || isAllowed(principal, "licenses:reveal", environment);
}

/** A row as the console shows it to whoever asks, at this instant. */
export function licenseViewOf(
  ctx: ServiceContext,
  { license, customer }: { license: LicenseRow; customer: LicenseView["customer"] },
  now: Date,
): LicenseView {
  return {
    environment: license.environment,
    customer,
    suspendedAt: license.suspendedAt?.toISOString() ?? null,
    suspendedReason: license.suspendedReason,
    revokedAt: license.revokedAt?.toISOString() ?? null,
    revokedReason: license.revokedReason,
    ...licenseOf(license, now),
    key: seesLicenseKeys(ctx, license.environment) ? license.key : maskLicenseKey(license.key),
  };
}

/** An activation, which the public API and the console show alike. */
export function activationOf(row: ActivationRow): Activation {
  return {
    id: row.id,
    licenseId: row.licenseId,
    identifier: row.identifier,
    metadata: row.metadata,
    createdAt: row.createdAt.toISOString(),
    deactivatedAt: row.deactivatedAt?.toISOString() ?? null,
  };
}

/** What the audit keeps of a licence. Its key is masked: who may read the audit may not use every licence in it. */
export function auditedLicense(row: LicenseRow) {
  const { product, customerId, activationLimit, expiresAt, suspendedAt, revokedAt, features, metadata } = row;
  return {
    key: maskLicenseKey(row.key),
    product,
    customerId,
    activationLimit,
    expiresAt,
    suspendedAt,
    revokedAt,
    features,
    metadata,
  };
}

/** How the audit calls a licence. */
export function auditSubject(row: LicenseRow) {
  return { id: row.id, name: `${row.product} ${maskLicenseKey(row.key)}` };
}
