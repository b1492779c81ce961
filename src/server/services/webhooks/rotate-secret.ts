import { eq } from "drizzle-orm";
import type { z } from "zod";
import { HOUR_MS } from "@/contracts/durations";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import { type RevealedWebhookSecret, WEBHOOK_SECRET_OVERLAP_HOURS } from "@/contracts/webhooks";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { newSigningSecret, secretText } from "@/server/webhooks/signature";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { requireWaitingReadable } from "./internal/caller";
import { lockEndpoint } from "./internal/load";
import { sealSigningSecret } from "./internal/secret";
import { auditSubject, endpointViewOf } from "./internal/view";

/**
 * Gives an endpoint a new signing secret and reveals it, once. The one before signs beside it for a day, so that the receiver has
 * time to learn the new one; one from before that is over at once.
 * @throws AppError not_found; invalid_state without a pepper
 */
export async function rotateWebhookSecret(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<RevealedWebhookSecret> {
  authorize(ctx, "webhooks:manage");
  const { id } = parse(webhookIdSchema, input);
  requireFreshFactor(ctx);
  const secret = newSigningSecret();
  const sealedSecret = sealSigningSecret(secret, ctx.keyMaterial, id);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { endpoint: before, caller } = await lockEndpoint(ctx, id);
    await requireWaitingReadable(ctx, caller, before);
    const previousSecretUntil = new Date(now.getTime() + WEBHOOK_SECRET_OVERLAP_HOURS * HOUR_MS);
    const [after = before] = await ctx.tx
      .update(webhookEndpoints)
      .set({
        sealedSecret,
        previousSealedSecret: before.sealedSecret,
        previousSecretUntil,
        secretToldToKeyId: caller?.id ?? null,
        updatedAt: now,
      })
      .where(eq(webhookEndpoints.id, id))
      .returning();
    await recordAudit(ctx, {
      action: "webhook.rotate_secret",
      subject: auditSubject(after),
      environment: after.environment,
      after: { previousSecretUntil: previousSecretUntil.toISOString() },
    });
    return { endpoint: endpointViewOf(after, now), secret: secretText(secret) };
  });
}
