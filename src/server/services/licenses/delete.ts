import type { Id } from "@/contracts/ids";
import { licenseIdSchema } from "@/contracts/schemas/licenses";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { publishWebhooks } from "../webhooks";
import { licenseEvent } from "./internal/told";
import { auditedLicense, auditSubject } from "./internal/view";

/**
 * Deletes a licence with its activations. Telemetry that named it stays.
 * @throws AppError not_found
 */
export async function deleteLicense(
  ctx: ServiceContext,
  input: { id: Id<"lic"> },
): Promise<{ id: Id<"lic">; deleted: true }> {
  authorize(ctx, "licenses:manage");
  const { id } = parse(licenseIdSchema, input);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    const [row] = await ctx.tx
      .delete(licenses)
      .where(reachable(ctx, licenses, id))
      .returning();
    if (!row) throw notFound();
    authorize(ctx, "licenses:manage", row.environment);
    await publishWebhooks(ctx, [licenseEvent("license.deleted", row, ctx.clock.now())]);
    await recordAudit(ctx, {
      action: "license.delete",
      subject: auditSubject(row),
      environment: row.environment,
      before: auditedLicense(row),
    });
    return { id: row.id, deleted: true };
  });
}
