import type { LicenseView } from "@/contracts/licenses";
import { type StepLicenseInput, stepLicenseSchema } from "@/contracts/schemas/licenses";
import { cleanText } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeLicense } from "./internal/change";

/**
 * Takes a licence out of use until it is reinstated; its activations stay.
 * @throws AppError not_found; invalid_state for one that is suspended or revoked already
 */
export async function suspendLicense(ctx: ServiceContext, input: StepLicenseInput): Promise<LicenseView> {
  const { id, reason } = parse(stepLicenseSchema, input);
  return changeLicense(ctx, { id, action: "license.suspend", reason }, (license) => {
    if (license.revokedAt) throw new AppError("invalid_state", "The licence is revoked, which is final.");
    if (license.suspendedAt) throw new AppError("invalid_state", "The licence is suspended already.");
    return {
      suspendedAt: ctx.clock.now(),
      suspendedReason: cleanText(reason) || null,
      reinstatedAt: null,
      reinstatedReason: null,
    };
  });
}
