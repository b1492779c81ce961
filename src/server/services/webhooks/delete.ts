import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockEndpoint } from "./internal/load";
import { auditedEndpoint, auditSubject } from "./internal/view";

/**
 * Deletes an endpoint; its signing secret is destroyed. Nobody sees its deliveries from then on, of which there may be a million:
 * maintenance removes them.
 * @throws AppError not_found
 */
export async function deleteWebhook(
  ctx: ServiceContext,
  input: { id: Id<"whe"> },
): Promise<{ id: Id<"whe">; deleted: true }> {
  authorize(ctx, "webhooks:manage");
  const { id } = parse(webhookIdSchema, input);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    const { endpoint } = await lockEndpoint(ctx, id);
    await ctx.tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id));
    await recordAudit(ctx, {
      action: "webhook.delete",
      subject: auditSubject(endpoint),
      environment: endpoint.environment,
      before: auditedEndpoint(endpoint),
    });
    return { id, deleted: true };
  });
}
