import { and } from "drizzle-orm";
import type { z } from "zod";
import type { ConsolePage } from "@/contracts/lists";
import { listWebhooksStepSchema } from "@/contracts/schemas/webhooks";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { webhookEndpoints } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { presentCaller } from "./internal/caller";
import { ofKey } from "./internal/of-key";
import { endpointColumns, endpointShownTo } from "./internal/view";

/**
 * Endpoints within reach, newest first.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listWebhooks(
  ctx: ServiceContext,
  input: z.input<typeof listWebhooksStepSchema>,
): Promise<ConsolePage<WebhookEndpointView>> {
  authorize(ctx, "webhooks:read");
  const { environment, setUpByKey, ...step } = parse(listWebhooksStepSchema, input);
  const list = keyset(step, { id: webhookEndpoints.id, ids: "whe" });
  return withDatabase(ctx, async (db) => {
    const caller = await presentCaller(ctx, db);
    const rows = await db
      .select(endpointColumns)
      .from(webhookEndpoints)
      .where(
        and(
          withinReach(ctx, webhookEndpoints.environment, environment),
          setUpByKey ? ofKey(setUpByKey, ctx.clock.now()) : undefined,
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows);
    return list.page(rows, (row) => endpointShownTo(ctx, caller, row));
  });
}
