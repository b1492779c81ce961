import { authorize } from "@/server/core/authorize";
import { unlessStopped } from "@/server/core/unless-stopped";
import type { WebhookOutcome } from "@/server/webhooks/sender";
import { signedHeaders } from "@/server/webhooks/signature";
import type { ServiceContext } from "../context";
import { isAnyDue, type LeasedDelivery, leaseDelivery } from "./internal/lease";
import { openSigningSecret } from "./internal/secret";
import { settleDelivery } from "./internal/settle";

/** How long a worker that is told to stop waits for the attempt that is under way: most are over in a moment. */
const STOP_PATIENCE_MS = 5_000;

/**
 * Sends the webhooks that are due, one after the other, until none is left or `stop` is asked for.
 *
 * A worker notes in the row that it begins, commits, sends, and notes the end. Two workers never have the same row. A process
 * that dies in between leaves its note; when that has run out the webhook is sent again, since nobody knows whether the receiver
 * had it. Both then have the same `webhook-id`, by which receivers know that it is one.
 * @param patienceMs how long after `stop` an attempt that is under way is waited for
 * @returns how many were taken
 */
export async function sendDueWebhooks(
  ctx: ServiceContext,
  stop: AbortSignal,
  patienceMs = STOP_PATIENCE_MS,
): Promise<number> {
  authorize(ctx, "webhooks:manage");
  // Most looks find nothing. To take a turn takes locks.
  if (!(await isAnyDue(ctx))) return 0;
  let taken = 0;
  while (!stop.aborted) {
    const delivery = await leaseDelivery(ctx, stop);
    if (!delivery) break;
    const outcome = await unlessStopped(attempt(ctx, delivery), stop, patienceMs);
    // As if the process had ended: its note in the row runs out.
    if (!outcome) break;
    await settleDelivery(ctx, delivery, outcome);
    if (outcome.error === null) taken += 1;
  }
  return taken;
}

async function attempt(ctx: ServiceContext, delivery: LeasedDelivery): Promise<WebhookOutcome> {
  const { id, url, body } = delivery;
  const secrets = secretsOf(ctx, delivery);
  if (!secrets) {
    const error = "The signing secret cannot be opened, as the pepper was changed: make a new one";
    return { status: null, answer: null, error, durationMs: 0 };
  }
  const headers = {
    "content-type": "application/json",
    "user-agent": "Keyward-Webhooks/1",
    ...signedHeaders({ id, body, at: ctx.clock.now() }, secrets),
  };
  return ctx.webhookSender.post({ url, headers, body });
}

/** What signs now, the present secret first; null where that cannot be had. */
function secretsOf({ keyMaterial }: ServiceContext, delivery: LeasedDelivery): Buffer[] | null {
  const { endpointId, sealedSecret, previousSealedSecret } = delivery;
  const present = openSigningSecret(sealedSecret, keyMaterial, endpointId);
  if (!present) return null;
  const before = previousSealedSecret && openSigningSecret(previousSealedSecret, keyMaterial, endpointId);
  return before ? [present.secret, before.secret] : [present.secret];
}
