import type { LicenseView } from "@/contracts/licenses";
import { type StepLicenseInput, stepLicenseSchema } from "@/contracts/schemas/licenses";
import { cleanText } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeLicense } from "./internal/change";

/**
 * Ends a suspension. What the licence is then follows from the rest: it may have expired meanwhile.
 * @throws AppError not_found; invalid_state for one that is not suspended, or is revoked
 */
export async function reinstateLicense(ctx: ServiceContext, input: StepLicenseInput): Promise<LicenseView> {
  const { id, reason } = parse(stepLicenseSchema, input);
  return changeLicense(ctx, { id, action: "license.reinstate", reason }, (license) => {
    if (license.revokedAt) throw new AppError("invalid_state", "The licence is revoked, which is final.");
    if (!license.suspendedAt) throw new AppError("invalid_state", "The licence is not suspended.");
    return {
      suspendedAt: null,
      suspendedReason: null,
      reinstatedAt: ctx.clock.now(),
      reinstatedReason: cleanText(reason) || null,
    };
  });
}
