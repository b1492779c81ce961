import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { Executor, Transaction } from "@/server/database/connections";
import { webhookDeliveries, webhookEndpoints, webhookMessages } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { SEND_DEADLINE_MS } from "@/server/webhooks/sender";
import type { ServiceContext } from "../../context";
import { findFirst, holdBack } from "./line";
import type { EndpointRow } from "./load";
import { failLeft } from "./stop";

/** Longer than an attempt may take, so that no second worker begins while the first one is still at it. */
const LEASE_MS = SEND_DEADLINE_MS + MINUTE_MS / 3;

/** Of one endpoint, in all processes: one that is slow must not take up every worker. */
const MAX_IN_FLIGHT = 2;

/**
 * Of all endpoints together whose last attempt failed: those that do not answer keep a worker for ten seconds each, and whoever sets
 * up many of them, in development say, must not keep production's events waiting. Fewer than a process has workers.
 */
const MAX_FAILING_IN_FLIGHT = 2;

/** How long a worker waits that finds all it could send to locked: who notes an outcome holds an endpoint for a moment. */
const LOCKED_PAUSE_MS = 20;

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

/**
 * The endpoints for which something is due that can be sent now. Reads a row or two of each endpoint, however many wait there.
 */
export async function findTurns(db: Executor, now: Date): Promise<Id<"whe">[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const found = await db.execute<{ id: Id<"whe"> }>(sql`
    select e.id
    from webhook_endpoints e
    cross join lateral (
      select from webhook_deliveries d
      where d.endpoint_id = e.id and d.next_attempt_at <= ${at} and not d.is_held_back
        and coalesce(d.lease_until, '-infinity') <= ${at}
      order by d.next_attempt_at, d.position
      limit 1
    ) as due
    where e.disabled_at is null and ${MAX_IN_FLIGHT} > (
      select count(*) from webhook_deliveries held where held.endpoint_id = e.id and held.lease_until > ${at})
      and (e.failing_since is null or ${MAX_FAILING_IN_FLIGHT} > (
        select count(*) from webhook_deliveries held join webhook_endpoints failing on failing.id = held.endpoint_id
        where failing.failing_since is not null and held.lease_until > ${at}))`);
  return found.map(({ id }) => id);
}

/** Notes in the row that it is being sent, and commits. @returns null where nothing is due, which takes no lock */
export async function leaseDelivery(
  ctx: ServiceContext,
  stop: AbortSignal = new AbortController().signal,
): Promise<LeasedDelivery | null> {
  while (!stop.aborted) {
    const now = ctx.clock.now();
    if ((await withDatabase(ctx, (db) => findTurns(db, now))).length === 0) return null;
    const taken = await withTransaction(ctx, (ctx) => takeTurn(ctx, now));
    if (typeof taken === "object") return taken;
    if (taken === "locked") await pause(LOCKED_PAUSE_MS);
  }
  return null;
}

async function takeTurn(
  ctx: ServiceContext & { tx: Transaction },
  now: Date,
): Promise<LeasedDelivery | "look again" | "locked"> {
  const { tx } = ctx;
  // One worker at a time looks, in all processes: two that look at once would both find the same one's turn.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('webhook turns', 0))`);
  const endpoint = await lockTurn(tx, await findTurns(tx, now), now);
  if (!endpoint) return "locked";
  if (endpoint.failsBefore !== null) {
    // Before anything is looked at: what happens now must not be held back behind what is never sent.
    await failLeft(ctx, endpoint);
    return "look again";
  }
  const first = await findFirst(tx, endpoint.id, now);
  if (!first) return "look again";
  if (first.isBehind) {
    await holdBack(tx, endpoint.id, now);
    return "look again";
  }
  const leaseToken = randomUUID();
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
        eq(webhookDeliveries.messageId, first.messageId),
        eq(webhookDeliveries.endpointId, endpoint.id),
      ),
    )
    .returning({ attempts: webhookDeliveries.attempts, body: webhookMessages.body });
  if (!delivery) return "look again";
  const { id: endpointId, url, sealedSecret, previousSealedSecret, previousSecretUntil } = endpoint;
  const secrets = { sealedSecret, previousSealedSecret, previousSecretUntil };
  return { id: first.messageId, endpointId, leaseToken, ...delivery, url, ...secrets };
}

/**
 * Gives the turn to the one of some endpoints that had its last one longest ago, and locks it: the endpoint before its deliveries, as
 * whoever notes an outcome or stops it does, so that neither waits for the other. One that somebody else has locked is passed by:
 * every worker of every process would wait with this one.
 */
async function lockTurn(tx: Transaction, turns: Id<"whe">[], now: Date): Promise<EndpointRow | undefined> {
  const free = tx
    .select({ id: webhookEndpoints.id })
    .from(webhookEndpoints)
    .where(and(inArray(webhookEndpoints.id, turns), isNull(webhookEndpoints.disabledAt)))
    .orderBy(sql`${webhookEndpoints.turnAt} nulls first`, webhookEndpoints.id)
    .limit(1)
    .for("no key update", { skipLocked: true });
  const [endpoint] = await tx
    .update(webhookEndpoints)
    .set({ turnAt: now })
    .where(eq(webhookEndpoints.id, sql`(${free})`))
    .returning();
  return endpoint;
}
