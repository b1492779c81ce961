import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { licenseIdSchema } from "@/contracts/schemas/licenses";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { loadLicense } from "./internal/load";

/**
 * One licence.
 * @throws AppError not_found, the same for one that is absent and one out of reach
 */
export async function getLicense(ctx: ServiceContext, input: { id: Id<"lic"> }): Promise<LicenseView> {
  authorize(ctx, "licenses:read");
  const { id } = parse(licenseIdSchema, input);
  return withDatabase(ctx, (db) => loadLicense(db, ctx, id));
}
