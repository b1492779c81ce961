import { inArray, type SQL, sql } from "drizzle-orm";
import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { WebhookEventType } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { publishWebhooks } from "../webhooks";
import { keyEvent } from "./internal/told";
import { keyColumns, keyViewsOf } from "./internal/view";

/** So long before its expiry a key is told of, where that lies within its life. */
const EXPIRING_DAYS = 14;

/** How long ago something may have come about that is still told: Keyward itself may have been down meanwhile. */
const NEWS_DAYS = 7;

/** Of each kind. */
const BATCH = 200;

type DueType = Extract<WebhookEventType, "key.expiring" | "key.expired" | "key.limit_exceeded">;
const DUE_TYPES: readonly DueType[] = ["key.expiring", "key.expired", "key.limit_exceeded"];

interface Due {
  type: DueType;
  id: Id<"key">;
  onceKey: string;
  /** Beside the key itself. */
  more: object;
}

interface DueRow extends Record<string, unknown> {
  id: Id<"key">;
  onceKey: string;
}

/**
 * Tells webhooks what becomes of keys by itself: that they expire, have expired, or were over their limit. Each once, whoever
 * looks and how often, by the occasion's name.
 * @returns how much was told; at most a batch of each
 */
export async function tellDueKeyEvents(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const wanted = await ctx.tx.execute(sql`
      select from webhook_endpoints
      where disabled_at is null and events && ${sql.param([...DUE_TYPES])}::text[] limit 1`);
    if (wanted.length === 0) return 0;
    const due = [
      ...(await expiring(ctx.tx, now)),
      ...(await expired(ctx.tx, now)),
      ...(await overLimit(ctx.tx, now)),
    ];
    if (due.length === 0) return 0;
    const ids = [...new Set(due.map(({ id }) => id))];
    const rows = await ctx.tx.select(keyColumns).from(apiKeys).where(inArray(apiKeys.id, ids));
    const keys = new Map((await keyViewsOf(ctx.tx, rows, now)).map((key) => [key.id, key]));
    const events = due.flatMap(({ type, id, onceKey, more }) => {
      const key = keys.get(id);
      if (!key) return [];
      const event = keyEvent(type, key);
      return [{ ...event, data: { ...event.data, ...more }, onceKey }];
    });
    await publishWebhooks(ctx, events);
    return events.length;
  });
}

const instant = (at: number) => sql`${new Date(at).toISOString()}::timestamptz`;

/**
 * An endpoint of the key's environment wants it, and it was not told. Where every one was made or enabled later, what came about
 * before is told to none: after a restore, which has no messages, they would be told again what the installation before has told.
 */
const untold = (type: DueType, onceKey: SQL, cameAbout: SQL) => sql`
  exists (select from webhook_endpoints w
    where w.environment = k.environment and w.disabled_at is null and ${type}::text = any (w.events)
      and coalesce(w.enabled_at, w.created_at) <= ${cameAbout})
  and not exists (select from webhook_messages told where told.once_key = ${onceKey})`;

/** Named by the expiry, so that a key whose expiry is moved is told of anew. */
const byExpiry = (type: DueType) =>
  sql`${`${type} `}::text || k.id || ' ' || (extract(epoch from k.expires_at) * 1000)::bigint`;

async function expiring(tx: Transaction, now: Date): Promise<Due[]> {
  const onceKey = byExpiry("key.expiring");
  // An expiry may be set to less than that ahead, and then it begins to near with the change.
  const began = sql`greatest(k.expires_at - ${EXPIRING_DAYS} * interval '1 day', k.updated_at)`;
  const rows = await tx.execute<DueRow>(sql`
    select k.id, ${onceKey} as "onceKey" from api_keys k
    where k.deleted_at is null and k.revoked_at is null
      and coalesce(k.expires_at, 'infinity') > ${instant(now.getTime())}
      and coalesce(k.expires_at, 'infinity') <= ${instant(now.getTime() + EXPIRING_DAYS * DAY_MS)}
      and k.created_at <= k.expires_at - ${EXPIRING_DAYS} * interval '1 day'
      and ${untold("key.expiring", onceKey, began)}
    order by k.id limit ${BATCH}`);
  return rows.map(({ id, onceKey }) => ({ type: "key.expiring", id, onceKey, more: {} }));
}

async function expired(tx: Transaction, now: Date): Promise<Due[]> {
  const onceKey = byExpiry("key.expired");
  const rows = await tx.execute<DueRow>(sql`
    select k.id, ${onceKey} as "onceKey" from api_keys k
    where k.deleted_at is null and k.revoked_at is null
      and coalesce(k.expires_at, 'infinity') <= ${instant(now.getTime())}
      and coalesce(k.expires_at, 'infinity') > ${instant(now.getTime() - NEWS_DAYS * DAY_MS)}
      and ${untold("key.expired", onceKey, sql`k.expires_at`)}
    order by k.id limit ${BATCH}`);
  return rows.map(({ id, onceKey }) => ({ type: "key.expired", id, onceKey, more: {} }));
}

/** Of this hour and the one before, by the figures; how many were refused is as far as it is counted when it is told. */
async function overLimit(tx: Transaction, now: Date): Promise<Due[]> {
  const hour = sql`(extract(epoch from hit.hour) * 1000)::bigint`;
  const onceKey = sql`'key.limit_exceeded ' || k.id || ' ' || ${hour}`;
  const since = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - HOUR_MS;
  const rows = await tx.execute<DueRow & { refused: number; ms: number }>(sql`
    select k.id, ${onceKey} as "onceKey", hit.refused, ${hour}::float8 as ms
    from (
      select key_id, hour, sum(calls)::int as refused from usage_hourly
      where code = 'rate_limited' and hour >= ${instant(since)} and hour <= ${instant(now.getTime())}
      group by key_id, hour
    ) as hit
    join api_keys k on k.id = hit.key_id
    where k.deleted_at is null and ${untold("key.limit_exceeded", onceKey, sql`hit.hour + interval '1 hour'`)}
    order by k.id, hit.hour limit ${BATCH}`);
  return rows.map(({ id, onceKey, refused, ms }) => ({
    type: "key.limit_exceeded",
    id,
    onceKey,
    more: { hour: new Date(ms).toISOString(), refused },
  }));
}
