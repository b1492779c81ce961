import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { lockEndpoint } from "./internal/load";
import { failWaiting } from "./internal/stop";
import { auditSubject, endpointViewOf } from "./internal/view";

/**
 * Sends to an endpoint again what happens from now on.
 * @throws AppError not_found
 */
export async function enableWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<WebhookEndpointView> {
  authorize(ctx, "webhooks:manage");
  const { id } = parse(webhookIdSchema, input);
  for (;;) {
    const enabled = await withTransaction(ctx, (ctx) => enableOnceEmpty(ctx, id));
    if (enabled) return enabled;
  }
}

/** @returns null while there is more that was to be sent before, which must not go out now */
async function enableOnceEmpty(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"whe">,
): Promise<WebhookEndpointView | null> {
  const now = ctx.clock.now();
  const before = await lockEndpoint(ctx, id);
  if (!before.disabledAt) return endpointViewOf(before, now);
  // What a change that was under way told while the endpoint was being disabled, or more than is failed at once.
  if (!(await failWaiting(ctx, id))) return null;
  const [after = before] = await ctx.tx
    .update(webhookEndpoints)
    // A week of failure is counted anew.
    .set({ disabledAt: null, disabledReason: null, failingSince: null, enabledAt: now, updatedAt: now })
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
}
