import { and, eq } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { cleaned } from "@/contracts/text";
import { WEBHOOK_FAILING_DAYS, type WebhookFailureReason } from "@/contracts/webhooks";
import type { Transaction } from "@/server/database/connections";
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { WebhookOutcome } from "@/server/webhooks/sender";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";
import type { LeasedDelivery } from "./lease";
import { letNextGo } from "./line";
import type { EndpointRow } from "./load";
import { nextAttemptAfter } from "./schedule";
import { stopEndpoint } from "./stop";
import { auditSubject } from "./view";

const GONE = 410;

/** An endpoint that has failed for a week is disabled by a delivery that was tried so often: not by one slip after a quiet week. */
const TRIES_BEFORE_DISABLING = 4;

/** Nobody's any more. */
const FREE = { leaseToken: null, leaseUntil: null };

type DeliveryRow = typeof webhookDeliveries.$inferSelect;
type InTransaction = ServiceContext & { tx: Transaction };

/**
 * Notes what an attempt met, and when the next one is due. Nothing where the endpoint was deleted meanwhile; the attempt alone
 * where another worker has taken the delivery over.
 */
export async function settleDelivery(
  ctx: ServiceContext,
  leased: LeasedDelivery,
  outcome: WebhookOutcome,
): Promise<void> {
  const { id, endpointId } = leased;
  await withTransaction(ctx, async (ctx) => {
    const [endpoint] = await ctx.tx
      .select()
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, endpointId))
      .for("no key update");
    const [delivery] = await ctx.tx.select().from(webhookDeliveries).where(itself(leased)).for("update");
    if (!endpoint || !delivery) return;
    await ctx.tx.insert(webhookAttempts).values({
      messageId: id,
      endpointId,
      number: leased.attempts,
      at: ctx.clock.now(),
      durationMs: outcome.durationMs,
      status: outcome.status,
      ...textsOf(outcome),
    });
    if (delivery.leaseToken !== leased.leaseToken) return;
    // What a URL answers that events no longer go to says nothing of the one that they go to now.
    if (endpoint.url !== leased.url) await settleElsewhere(ctx, delivery, outcome);
    else if (outcome.error === null) await settleTaken(ctx, endpoint, leased, outcome);
    else await settleFailed(ctx, endpoint, delivery, outcome);
    await letNextGo(ctx.tx, delivery);
  });
}

const itself = ({ id, endpointId }: Pick<LeasedDelivery, "id" | "endpointId">) =>
  and(eq(webhookDeliveries.messageId, id), eq(webhookDeliveries.endpointId, endpointId));

function textsOf({ error, answer }: WebhookOutcome) {
  return {
    error: error === null ? null : cleaned(error),
    answer: answer === null ? null : cleaned(answer),
  };
}

/** The URL was changed during the attempt. What it has taken is delivered; what it has not waits for a first attempt at the new one. */
async function settleElsewhere(
  ctx: InTransaction,
  { state, finishedAt, messageId: id, endpointId }: DeliveryRow,
  outcome: WebhookOutcome,
): Promise<void> {
  const now = ctx.clock.now();
  const { status } = outcome;
  const { error } = textsOf(outcome);
  const over = { nextAttemptAt: null, finishedAt: finishedAt ?? now } as const;
  const settled =
    error === null
      ? ({ ...over, state: "delivered" } as const)
      : state === "waiting"
        ? ({ state, tries: 0, nextAttemptAt: now } as const)
        : over;
  await ctx.tx
    .update(webhookDeliveries)
    .set({ ...FREE, ...settled, status, error })
    .where(itself({ id, endpointId }));
}

async function settleTaken(
  ctx: InTransaction,
  endpoint: EndpointRow,
  leased: LeasedDelivery,
  { status }: WebhookOutcome,
): Promise<void> {
  const finishedAt = ctx.clock.now();
  await ctx.tx
    .update(webhookDeliveries)
    .set({ ...FREE, state: "delivered", status, error: null, nextAttemptAt: null, finishedAt })
    .where(itself(leased));
  await noteFailing(ctx, endpoint, null);
}

async function settleFailed(
  ctx: InTransaction,
  endpoint: EndpointRow,
  delivery: DeliveryRow,
  outcome: WebhookOutcome,
): Promise<void> {
  const now = ctx.clock.now();
  const { status } = outcome;
  const { error } = textsOf(outcome);
  const { tries, messageId: id, endpointId, state, finishedAt } = delivery;
  const since = delivery.isByHand ? null : delivery.createdAt;
  // One that was stopped meanwhile stays so, and nobody asks again who is gone.
  const next =
    state === "waiting" && status !== GONE ? nextAttemptAfter(tries, since, now, Math.random()) : null;
  const settled = next
    ? ({ state: "waiting", nextAttemptAt: next, finishedAt: null } as const)
    : ({ state: "failed", nextAttemptAt: null, finishedAt: finishedAt ?? now } as const);
  await ctx.tx
    .update(webhookDeliveries)
    .set({ ...FREE, ...settled, status, error })
    .where(itself({ id, endpointId }));
  const failing = await noteFailing(ctx, endpoint, endpoint.failingSince ?? now);
  const reason = whyDisabled(failing, { status, tries }, now);
  if (reason && !endpoint.disabledAt) await disable(ctx, failing, reason);
}

/** @param since null: it works */
async function noteFailing(
  ctx: InTransaction,
  endpoint: EndpointRow,
  since: Date | null,
): Promise<EndpointRow> {
  if (endpoint.failingSince?.getTime() === since?.getTime()) return endpoint;
  await ctx.tx
    .update(webhookEndpoints)
    .set({ failingSince: since })
    .where(eq(webhookEndpoints.id, endpoint.id));
  return { ...endpoint, failingSince: since };
}

function whyDisabled(
  { failingSince }: EndpointRow,
  { status, tries }: { status: number | null; tries: number },
  now: Date,
): WebhookFailureReason | null {
  if (status === GONE) return "gone";
  const failsFor = failingSince ? now.getTime() - failingSince.getTime() : 0;
  return failsFor >= WEBHOOK_FAILING_DAYS * DAY_MS && tries >= TRIES_BEFORE_DISABLING ? "failing" : null;
}

async function disable(
  ctx: InTransaction,
  endpoint: EndpointRow,
  reason: WebhookFailureReason,
): Promise<void> {
  const { id, url, environment } = await stopEndpoint(ctx, endpoint, reason);
  await notify(ctx, {
    facts: { kind: "webhook_disabled", webhook: { id, host: new URL(url).host, environment }, reason },
    subjectId: id,
    occasion: ctx.clock.now().toISOString(),
    environment,
    for: { kind: "managers" },
  });
  await recordAudit(ctx, {
    action: "webhook.disable",
    subject: auditSubject({ id, url: cleaned(url) }),
    environment,
    after: { reason },
  });
}
