import { and, eq, inArray, isNotNull } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import {
  DELIVERED_TYPES,
  type DeliveredType,
  eventGroupOf,
  WEBHOOK_EVENTS_READ_BY,
} from "@/contracts/webhooks";
import { isAllowed } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import type { Executor, Transaction } from "@/server/database/connections";
import { webhookDeliveries, webhookMessages } from "@/server/database/schema";
import { type CallingKey, lockCallingKey, requireCallingKey } from "../../calling-key";
import type { ServiceContext } from "../../context";

/**
 * The calling key as it is now, which may manage webhooks still; null: no key calls.
 * @throws AppError permission_denied; customer_out_of_scope for a key that is restricted to customers, as an endpoint is told of all; and
 * what requireCallingKey throws
 */
export async function presentCaller(ctx: ServiceContext, db: Executor): Promise<CallingKey | null> {
  const caller = await requireCallingKey(ctx, db, "webhooks:manage");
  if (!caller || caller.customers === null) return caller;
  throw new AppError(
    "customer_out_of_scope",
    "This API key is restricted to certain customers, and a webhook endpoint is told of all of them.",
  );
}

/** The same, locked until the transaction ends: a revoke that was answered is not followed by what the key has set up. */
export async function lockCaller(ctx: ServiceContext & { tx: Transaction }): Promise<CallingKey | null> {
  await lockCallingKey(ctx);
  return presentCaller(ctx, ctx.tx);
}

/** What an event tells takes, where a key is to read it; null: nothing. */
function permissionFor(type: DeliveredType) {
  const group = eventGroupOf(type);
  return group && WEBHOOK_EVENTS_READ_BY[group];
}

function mayRead({ principal, managesKeys }: CallingKey, type: DeliveredType): boolean {
  const permission = permissionFor(type);
  if (!permission) return true;
  return isAllowed(principal, permission) && (permission !== "keys:manage" || managesKeys === "all");
}

/** Whether whoever asks may read every event; everybody but keys may. */
export function isReadable(caller: CallingKey | null, types: readonly DeliveredType[]): boolean {
  return !caller || types.every((type) => mayRead(caller, type));
}

/** The types of events that a caller may read; null: all. */
export function readableTypes(caller: CallingKey | null): DeliveredType[] | null {
  return caller && DELIVERED_TYPES.filter((type) => mayRead(caller, type));
}

/**
 * Refuses a key events that it may not read itself: with an endpoint of its own it would read them all the same, and so it would by
 * the URL, the secret or the deliveries of one that somebody else has set up.
 * @throws AppError permission_denied with what is missing
 */
export function requireReadable(
  ctx: ServiceContext,
  caller: CallingKey | null,
  types: readonly DeliveredType[],
): void {
  if (!caller) return;
  const needed = new Set(types.flatMap((type) => permissionFor(type) ?? []));
  const closed = types.filter((type) => !mayRead(caller, type));
  if (closed.length === 0) {
    // What the first answer took, a repeat of the call takes too.
    for (const permission of needed) ctx.exercised?.add(permission);
    return;
  }
  const missingPermissions = [...new Set(closed.flatMap((type) => permissionFor(type) ?? []))];
  throw new AppError(
    "permission_denied",
    `Events tell what this API key may not read itself: ${[...new Set(closed)].join(", ")}. Those of keys and findings take a key that manages all keys.`,
    { missingPermissions },
  );
}

/**
 * Refuses a key another URL or secret for an endpoint for which something waits that it may not read itself. It may be of an event
 * that the endpoint was told of before, and goes to its URL of now. Asked for nothing else: it reads all that waits.
 * @throws AppError permission_denied with what is missing
 */
export async function requireWaitingReadable(
  ctx: ServiceContext & { tx: Transaction },
  caller: CallingKey | null,
  { id, disabledAt }: { id: Id<"whe">; disabledAt: Date | null },
): Promise<void> {
  // What waits for one that is disabled is never sent: it has failed once that is enabled.
  if (!caller || disabledAt) return;
  const closed = DELIVERED_TYPES.filter((type) => !mayRead(caller, type));
  if (closed.length === 0) return;
  const [waiting] = await ctx.tx
    .select({ type: webhookMessages.type })
    .from(webhookDeliveries)
    .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
    .where(
      and(
        eq(webhookDeliveries.endpointId, id),
        isNotNull(webhookDeliveries.nextAttemptAt),
        inArray(webhookMessages.type, closed),
      ),
    )
    .limit(1);
  if (waiting) requireReadable(ctx, caller, [waiting.type]);
}
