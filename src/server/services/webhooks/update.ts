import { isDeepStrictEqual } from "node:util";
import { eq } from "drizzle-orm";
import { type UpdateWebhookInput, updateWebhookSchema } from "@/contracts/schemas/webhooks";
import { cleanText } from "@/contracts/text";
import { maskedUrl, type WebhookEndpointView } from "@/contracts/webhooks";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { requireReadable, requireWaitingReadable } from "./internal/caller";
import { lockEndpoint } from "./internal/load";
import { requireTarget } from "./internal/target";
import { auditedEndpoint, auditSubject, endpointViewOf } from "./internal/view";

/**
 * Edits what is given and leaves the rest. What waits already goes to the new URL, signed with the same secret.
 * @throws AppError not_found; validation_failed for a URL that is never sent to
 */
export async function updateWebhook(
  ctx: ServiceContext,
  input: UpdateWebhookInput,
): Promise<WebhookEndpointView> {
  authorize(ctx, "webhooks:manage");
  const { id, ...edit } = parse(updateWebhookSchema, input);
  // With a stolen cookie somebody could have all that happens sent to themselves.
  requireFreshFactor(ctx);
  if (edit.url !== undefined) requireTarget(ctx, edit.url);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { endpoint: before, caller } = await lockEndpoint(ctx, id);
    const wanted = {
      url: cleanText(edit.url ?? before.url),
      description: cleanText(edit.description ?? before.description),
      events: edit.events ?? before.events,
    };
    if (edit.events) requireReadable(ctx, caller, edit.events);
    if (wanted.url !== before.url) await requireWaitingReadable(ctx, caller, before);
    const { url, description, events } = before;
    if (isDeepStrictEqual(wanted, { url, description, events })) return endpointViewOf(before, now);
    const ofNewUrl = {
      // What the old URL has failed for is not the new one's.
      failingSince: null,
      setUpByKeyId: caller?.id ?? null,
    };
    const [after = before] = await ctx.tx
      .update(webhookEndpoints)
      .set({ ...wanted, updatedAt: now, ...(wanted.url !== before.url && ofNewUrl) })
      .where(eq(webhookEndpoints.id, id))
      .returning();
    // Of the query no value is on record, but that somebody has changed one.
    const isOtherQuery = after.url !== before.url && maskedUrl(after.url) === maskedUrl(before.url);
    await recordAudit(ctx, {
      action: "webhook.update",
      subject: auditSubject(after),
      environment: after.environment,
      before: auditedEndpoint(before),
      after: { ...auditedEndpoint(after), ...(isOtherQuery && { query: "changed" }) },
    });
    return endpointViewOf(after, now);
  });
}
