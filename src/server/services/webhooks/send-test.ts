import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { webhookIdSchema } from "@/contracts/schemas/webhooks";
import { cleaned } from "@/contracts/text";
import { TEST_EVENT } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { WEBHOOKS_CHANNEL } from "@/server/database/channels";
import { webhookDeliveries, webhookMessages } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { lockEnabledEndpoint } from "./internal/load";

/**
 * Puts an event in line that tells of nothing, for one endpoint, so that whoever sets it up sees what its receiver answers.
 * @returns the delivery to look at
 * @throws AppError not_found; invalid_state where the endpoint is disabled
 */
export async function sendTestWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookIdSchema>,
): Promise<{ id: Id<"msg"> }> {
  authorize(ctx, "webhooks:manage");
  const { id: endpointId } = parse(webhookIdSchema, input);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { environment } = await lockEnabledEndpoint(ctx, endpointId);
    const body = { type: TEST_EVENT, timestamp: now.toISOString(), data: { endpointId, environment } };
    const [message] = await ctx.tx
      .insert(webhookMessages)
      .values({
        id: newId("msg"),
        environment,
        type: TEST_EVENT,
        subjectId: endpointId,
        body: cleaned(JSON.stringify(body)),
        createdAt: now,
      })
      .returning();
    if (!message) throw new Error("An insert gave no row");
    const { id, subjectId, position } = message;
    await ctx.tx.insert(webhookDeliveries).values({
      messageId: id,
      endpointId,
      subjectId,
      position,
      state: "waiting",
      // It stands in no order: another one that fails must not hold it up.
      isByHand: true,
      nextAttemptAt: now,
      createdAt: now,
    });
    await ctx.tx.execute(sql`select pg_notify(${WEBHOOKS_CHANNEL}, '')`);
    return { id };
  });
}
