import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockEndpoint } from "./internal/load";
import { failWaiting } from "./internal/stop";
import { auditSubject, endpointViewOf } from "./internal/view";

/**
 * Sends to an endpoint again what happens from now on. What waits from before fails.
 * @throws AppError not_found
 */
export async function enableWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<WebhookEndpointView> {
  authorize(ctx, "webhooks:manage");
  const { id } = parse(webhookIdSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const { endpoint: before } = await lockEndpoint(ctx, id);
    if (!before.disabledAt) return endpointViewOf(before, now);
    // What a change that was under way told while the endpoint was being disabled. Where it is more than is failed at once, the rest
    // fails before anything is sent: here nobody waits for that, least of all an idempotent call, which holds its key's row meanwhile.
    const isEmpty = await failWaiting(ctx, id);
    const [after = before] = await ctx.tx
      .update(webhookEndpoints)
      .set({
        disabledAt: null,
        disabledReason: null,
        // A week of failure is counted anew.
        failingSince: null,
        enabledAt: now,
        failsBefore: isEmpty ? null : sql`nextval('webhook_positions')`,
        updatedAt: now,
      })
      .where(eq(webhookEndpoints.id, id))
      .returning();
    await recordAudit(ctx, {
      action: "webhook.enable",
      subject: auditSubject(after),
      environment: after.environment,
      before: { reason: before.disabledReason },
      after: {},
    });
    return endpointViewOf(after, now);
  });
}
