import { randomUUID } from "node:crypto";
import { and, eq, isNull, lte, or, sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { Executor } from "@/server/database/connections";
import { webhookDeliveries, webhookEndpoints, webhookMessages } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { SEND_DEADLINE_MS } from "@/server/webhooks/sender";
import type { ServiceContext } from "../../context";

/** Longer than an attempt may take, so that no second worker begins while the first one is still at it. */
const LEASE_MS = SEND_DEADLINE_MS + MINUTE_MS / 3;

/** Of one endpoint, in all processes: one that is slow must not take up every worker. */
const MAX_IN_FLIGHT = 2;

/**
 * Of all endpoints together whose last attempt failed: those that do not answer keep a worker for ten seconds each, and whoever sets
 * up many of them, in development say, must not keep production's events waiting. Fewer than a process has workers.
 */
const MAX_FAILING_IN_FLIGHT = 2;

/** A delivery that this worker, and no other, sends now. */
export interface LeasedDelivery {
  id: Id<"msg">;
  endpointId: Id<"whe">;
  leaseToken: string;
  /** The number of this attempt. */
  attempts: number;
  body: string;
  url: string;
  sealedSecret: Buffer;
  previousSealedSecret: Buffer | null;
  previousSecretUntil: Date | null;
}

type Found = { messageId: Id<"msg">; endpointId: Id<"whe"> };

/**
 * The delivery whose turn it is: of the endpoint that had its last one longest ago, what has been due for longest. What was told
 * earlier of the same record is sent before, to this endpoint alone.
 */
async function findDue(db: Executor, now: Date): Promise<Found | undefined> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [found] = await db.execute<Found & Record<string, unknown>>(sql`
    select due.message_id as "messageId", e.id as "endpointId"
    from webhook_endpoints e
    cross join lateral (
      select d.message_id from webhook_deliveries d
      where d.endpoint_id = e.id and d.next_attempt_at <= ${at} and coalesce(d.lease_until, '-infinity') <= ${at}
        and (d.is_by_hand or not exists (
          select from webhook_deliveries earlier
          where earlier.endpoint_id = d.endpoint_id and earlier.subject_id = d.subject_id
            and earlier.position < d.position and earlier.next_attempt_at is not null and not earlier.is_by_hand))
      order by d.next_attempt_at, d.position
      limit 1
    ) as due
    where e.disabled_at is null and ${MAX_IN_FLIGHT} > (
      select count(*) from webhook_deliveries held where held.endpoint_id = e.id and held.lease_until > ${at})
      and (e.failing_since is null or ${MAX_FAILING_IN_FLIGHT} > (
        select count(*) from webhook_deliveries held join webhook_endpoints failing on failing.id = held.endpoint_id
        where failing.failing_since is not null and held.lease_until > ${at}))
    order by e.turn_at nulls first, e.id
    limit 1`);
  return found;
}

/** Notes in the row that it is being sent, and commits. @returns null where nothing is due, which takes no lock */
export async function leaseDelivery(ctx: ServiceContext): Promise<LeasedDelivery | null> {
  const now = ctx.clock.now();
  if (!(await withDatabase(ctx, (db) => findDue(db, now)))) return null;
  const leaseToken = randomUUID();
  return withTransaction(ctx, async ({ tx }) => {
    // One worker at a time looks, in all processes: two that look at once would both find the same one's turn.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('webhook turns', 0))`);
    const found = await findDue(tx, now);
    if (!found) return null;
    // The endpoint before its delivery, as whoever notes an outcome does, so that neither waits for the other.
    const [endpoint] = await tx
      .update(webhookEndpoints)
      .set({ turnAt: now })
      .where(eq(webhookEndpoints.id, found.endpointId))
      .returning();
    const isFree = or(isNull(webhookDeliveries.leaseUntil), lte(webhookDeliveries.leaseUntil, now));
    const [delivery] = await tx
      .update(webhookDeliveries)
      .set({
        leaseToken,
        leaseUntil: new Date(now.getTime() + LEASE_MS),
        attempts: sql`${webhookDeliveries.attempts} + 1`,
        tries: sql`${webhookDeliveries.tries} + 1`,
      })
      .from(webhookMessages)
      .where(
        and(
          eq(webhookMessages.id, webhookDeliveries.messageId),
          eq(webhookDeliveries.messageId, found.messageId),
          eq(webhookDeliveries.endpointId, found.endpointId),
          // Stopped or sent by hand meanwhile.
          lte(webhookDeliveries.nextAttemptAt, now),
          isFree,
        ),
      )
      .returning({ attempts: webhookDeliveries.attempts, body: webhookMessages.body });
    if (!endpoint || !delivery) return null;
    const { url, sealedSecret, previousSealedSecret, previousSecretUntil } = endpoint;
    return {
      id: found.messageId,
      endpointId: found.endpointId,
      leaseToken,
      ...delivery,
      url,
      sealedSecret,
      previousSealedSecret,
      previousSecretUntil,
    };
  });
}
