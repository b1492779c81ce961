import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import { isLeftToKeys, type WebhookEndpointView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { CallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import { type EndpointRow, lockEndpoint } from "./internal/load";
import { failWaiting } from "./internal/stop";
import { auditSubject, endpointViewOf } from "./internal/view";

/**
 * Sends to an endpoint again what happens from now on. What waits from before fails.
 * @throws AppError not_found; invalid_state for a key, where somebody else has disabled it
 */
export async function enableWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<WebhookEndpointView> {
  authorize(ctx, "webhooks:manage");
  const { id } = parse(webhookIdSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const { endpoint: before, caller } = await lockEndpoint(ctx, id);
    if (!before.disabledAt) return endpointViewOf(before, now);
    if (caller) requireLeftToKey(before, caller);
    // What a change that was under way told while the endpoint was being disabled. Where it is more than is failed at once, the rest
    // fails before anything is sent: here nobody waits for that, least of all an idempotent call, which holds its key's row meanwhile.
    const isEmpty = await failWaiting(ctx, id);
    const [after = before] = await ctx.tx
      .update(webhookEndpoints)
      .set({
        disabledAt: null,
        disabledReason: null,
        disabledByKeyId: null,
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

/**
 * Keeps a key from taking back what somebody else has decided: an administrator, who restores a backup as well, or another key where it
 * manages its own alone. With a stolen key the endpoints of the one that was cut off before it could be sent to again.
 * @throws AppError invalid_state
 */
function requireLeftToKey(endpoint: EndpointRow, { id, managesKeys }: CallingKey): void {
  const { disabledByKeyId: by } = endpoint;
  if (isLeftToKeys(endpoint) && (by === null || by === id || managesKeys === "all")) return;
  throw new AppError(
    "invalid_state",
    "This endpoint was disabled by somebody else: it can be enabled in the console alone.",
  );
}
