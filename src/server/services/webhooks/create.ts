import { count, eq, sql } from "drizzle-orm";
import { type CreateWebhookInput, createWebhookSchema } from "@/contracts/schemas/webhooks";
import { cleanText } from "@/contracts/text";
import { MAX_WEBHOOK_ENDPOINTS, type RevealedWebhookSecret } from "@/contracts/webhooks";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { newSigningSecret, secretText } from "@/server/webhooks/signature";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { environmentsAsked } from "../reach";
import { lockCaller, requireReadable } from "./internal/caller";
import { sealSigningSecret } from "./internal/secret";
import { requireTarget } from "./internal/target";
import { auditedEndpoint, auditSubject, endpointViewOf } from "./internal/view";

/**
 * Sets an endpoint up and reveals its signing secret, once.
 * @throws AppError validation_failed for a URL that is never sent to; conflict where there are as many as there may be;
 * invalid_state without a pepper; permission_denied for events that the calling key may not read itself, and what lockCaller throws
 */
export async function createWebhook(
  ctx: ServiceContext,
  given: CreateWebhookInput,
): Promise<RevealedWebhookSecret> {
  authorize(ctx, "webhooks:manage");
  const input = parse(createWebhookSchema, given);
  authorize(ctx, "webhooks:manage", input.environment);
  if (!environmentsAsked(ctx, input.environment).includes(input.environment)) throw notFound();
  // From then on it is told all that happens there: nothing to be set up by somebody with a stolen cookie.
  requireFreshFactor(ctx);
  requireTarget(ctx, input.url);
  const id = newId("whe");
  const secret = newSigningSecret();
  const sealedSecret = sealSigningSecret(secret, ctx.keyMaterial, id);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const caller = await lockCaller(ctx);
    requireReadable(ctx, caller, input.events);
    // Of two who make the last one that fits, one comes second.
    await ctx.tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('webhook endpoints', 0))`);
    const [present] = await ctx.tx
      .select({ count: count() })
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.environment, input.environment));
    if ((present?.count ?? 0) >= MAX_WEBHOOK_ENDPOINTS) {
      throw new AppError(
        "conflict",
        `There are ${MAX_WEBHOOK_ENDPOINTS} webhook endpoints in ${input.environment}, as many as there may be.`,
      );
    }
    const [row] = await ctx.tx
      .insert(webhookEndpoints)
      .values({
        id,
        environment: input.environment,
        url: cleanText(input.url),
        description: cleanText(input.description),
        events: input.events,
        sealedSecret,
        createdBy: principalName(ctx.principal),
        setUpByKeyId: caller?.id ?? null,
        secretToldToKeyId: caller?.id ?? null,
        createdAt: now,
        updatedAt: now,
      })
      .returning();
    if (!row) throw new Error("An insert gave no row");
    await recordAudit(ctx, {
      action: "webhook.create",
      subject: auditSubject(row),
      environment: row.environment,
      after: auditedEndpoint(row),
    });
    return { endpoint: endpointViewOf(row, now), secret: secretText(secret) };
  });
}
