import type { z } from "zod";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { lockEndpoint } from "./internal/load";
import { stopByHand } from "./internal/stop";
import { endpointViewOf } from "./internal/view";

/**
 * Sends nothing to an endpoint any more, until it is enabled again. What waits has failed then, and can be resent. Where an administrator
 * asks for it no key enables it again, also where a key or the system has disabled it before.
 * @throws AppError not_found
 */
export async function disableWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<WebhookEndpointView> {
  authorize(ctx, "webhooks:manage");
  const { id } = parse(webhookIdSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const { endpoint: before } = await lockEndpoint(ctx, id);
    return endpointViewOf(await stopByHand(ctx, before), ctx.clock.now());
  });
}
