import type { LicenseView } from "@/contracts/licenses";
import { type StepLicenseInput, stepLicenseSchema } from "@/contracts/schemas/licenses";
import { cleanText } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeLicense } from "./internal/change";

/**
 * Ends a licence for good; no verb leads back.
 * @throws AppError not_found; invalid_state for one that is revoked already
 */
export async function revokeLicense(ctx: ServiceContext, input: StepLicenseInput): Promise<LicenseView> {
  const { id, reason } = parse(stepLicenseSchema, input);
  return changeLicense(ctx, { id, action: "license.revoke", reason }, (license) => {
    if (license.revokedAt) throw new AppError("invalid_state", "The licence is revoked already.");
    return { revokedAt: ctx.clock.now(), revokedReason: cleanText(reason) || null };
  });
}
