import { and, eq, inArray, isNotNull, lt, or } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { cleaned, cleanText } from "@/contracts/text";
import { isLeftToKeys, WEBHOOK_FAULTS, type WebhookDisabledReason } from "@/contracts/webhooks";
import type { Transaction } from "@/server/database/connections";
import { webhookDeliveries, webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import type { EndpointRow } from "./load";
import { auditSubject } from "./view";

type InTransaction = ServiceContext & { tx: Transaction };

/** So much is failed at a time: what waits for a busy endpoint may be a million rows, and whoever disables it waits for an answer. */
const BATCH = 1_000;

/**
 * Fails what waits for a locked endpoint that is disabled, which can be sent again by hand.
 * @param before a place: only what has an earlier one; null: all
 * @returns whether nothing of that waits any more; at most one batch is failed
 */
export async function failWaiting(
  { tx, clock }: InTransaction,
  endpointId: EndpointRow["id"],
  before: number | null = null,
): Promise<boolean> {
  const waiting = tx
    .select({ id: webhookDeliveries.messageId })
    .from(webhookDeliveries)
    // In the words of an index: those that are over may be a million too.
    .where(
      and(
        eq(webhookDeliveries.endpointId, endpointId),
        isNotNull(webhookDeliveries.nextAttemptAt),
        before === null ? undefined : lt(webhookDeliveries.position, before),
      ),
    )
    .limit(BATCH);
  const { count } = await tx
    .update(webhookDeliveries)
    .set({
      state: "failed",
      nextAttemptAt: null,
      isHeldBack: false,
      finishedAt: clock.now(),
      error: cleaned(WEBHOOK_FAULTS.disabled),
    })
    .where(and(eq(webhookDeliveries.endpointId, endpointId), inArray(webhookDeliveries.messageId, waiting)));
  return count < BATCH;
}

/**
 * Goes on failing what waits for an endpoint, and is not to be sent: all of it where that is disabled, and what waited before it was
 * enabled. At most one batch; nothing where somebody else has done the last of it.
 */
export async function failLeft(ctx: ServiceContext, id: EndpointRow["id"]): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    const { disabledAt, failsBefore } = webhookEndpoints;
    const [stopped] = await ctx.tx
      .select({ failsBefore })
      .from(webhookEndpoints)
      .where(and(eq(webhookEndpoints.id, id), or(isNotNull(disabledAt), isNotNull(failsBefore))))
      .for("no key update");
    if (!stopped || !(await failWaiting(ctx, id, stopped.failsBefore))) return;
    await ctx.tx.update(webhookEndpoints).set({ failsBefore: null }).where(eq(webhookEndpoints.id, id));
  });
}

/** Sends nothing to a locked endpoint any more, and fails what waits: the first of it at once, the rest by {@link failLeft} in turn. */
export async function stopEndpoint(
  ctx: InTransaction,
  endpoint: EndpointRow,
  reason: WebhookDisabledReason,
  disabledByKeyId: EndpointRow["disabledByKeyId"] = null,
): Promise<EndpointRow> {
  const now = ctx.clock.now();
  await failWaiting(ctx, endpoint.id);
  const [after = endpoint] = await ctx.tx
    .update(webhookEndpoints)
    .set({ disabledAt: now, disabledReason: reason, disabledByKeyId, failsBefore: null, updatedAt: now })
    .where(eq(webhookEndpoints.id, endpoint.id))
    .returning();
  return after;
}

/** The key with which an endpoint is cut off, and why somebody did that, in their words. */
interface CutOff {
  key: { id: Id<"key">; name: string };
  reason: string;
}

/**
 * The same because somebody has decided so, on record; where it is cut off with a key, with that key and their reason. One that is
 * disabled already stays as it was; where keys could enable it, an administrator's no takes the place of what has disabled it.
 */
export async function stopByHand(
  ctx: InTransaction,
  endpoint: EndpointRow,
  cutOff: CutOff | null = null,
): Promise<EndpointRow> {
  const by = ctx.principal.kind === "key" ? ctx.principal.id : null;
  if (endpoint.disabledAt && (by || !isLeftToKeys(endpoint))) return endpoint;
  const after = endpoint.disabledAt
    ? await takeOver(ctx, endpoint)
    : await stopEndpoint(ctx, endpoint, "manual", by);
  const cutOffReason = cleanText(cutOff?.reason ?? "");
  await recordAudit(ctx, {
    action: "webhook.disable",
    subject: auditSubject(after),
    environment: after.environment,
    after: {
      reason: after.disabledReason,
      ...(cutOff ? { cutOffWith: cutOff.key } : {}),
      ...(cutOffReason ? { cutOffReason } : {}),
    },
  });
  return after;
}

async function takeOver({ tx, clock }: InTransaction, endpoint: EndpointRow): Promise<EndpointRow> {
  const [after = endpoint] = await tx
    .update(webhookEndpoints)
    .set({ disabledReason: "manual", disabledByKeyId: null, updatedAt: clock.now() })
    .where(eq(webhookEndpoints.id, endpoint.id))
    .returning();
  return after;
}
