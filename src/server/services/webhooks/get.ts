import type { z } from "zod";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { presentCaller } from "./internal/caller";
import { endpointColumns, endpointShownTo } from "./internal/view";

/**
 * One endpoint, without its secret.
 * @throws AppError not_found
 */
export async function getWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<WebhookEndpointView> {
  authorize(ctx, "webhooks:read");
  const { id } = parse(webhookIdSchema, input);
  const { row, caller } = await withDatabase(ctx, async (db) => {
    const caller = await presentCaller(ctx, db);
    const [row] = await db
      .select(endpointColumns)
      .from(webhookEndpoints)
      .where(reachable(ctx, webhookEndpoints, id));
    return { row, caller };
  });
  if (!row) throw notFound();
  authorize(ctx, "webhooks:read", row.environment);
  return endpointShownTo(ctx, caller, row);
}
