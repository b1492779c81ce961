import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type postgres from "postgres";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { withDriverTransaction, withStatement } from "@/server/database/session";
import { SEND_DEADLINE_MS } from "@/server/webhooks/sender";
import type { ServiceContext } from "../../context";
import { holdBack, isBehind, isDue } from "./line";
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
  /** Null once it signs no more. */
  previousSealedSecret: Buffer | null;
}

/** An endpoint `e` for which something is due that can be sent now. Reads a row or two of each, however many wait there. */
const turns = (sql: postgres.ISql, at: string) => sql`
  webhook_endpoints e
  cross join lateral (
    select from webhook_deliveries d
    where d.endpoint_id = e.id and ${isDue(sql, at)}
    order by d.next_attempt_at, d.position
    limit 1
  ) as due
  where e.disabled_at is null and ${MAX_IN_FLIGHT} > (
    select count(*) from webhook_deliveries held where held.endpoint_id = e.id and held.lease_until > ${at}::timestamptz)
    and (e.failing_since is null or ${MAX_FAILING_IN_FLIGHT} > (
      select count(*) from webhook_deliveries held join webhook_endpoints failing on failing.id = held.endpoint_id
      where failing.failing_since is not null and held.lease_until > ${at}::timestamptz))`;

/** Whether something is due that can be sent now. Takes no lock. */
export async function isAnyDue({ databases, clock, tx }: ServiceContext): Promise<boolean> {
  const at = clock.now().toISOString();
  const [row] = await withStatement(
    databases.owner,
    (sql) => sql<{ isDue: boolean }[]>`select exists (select from ${turns(sql, at)}) as "isDue"`,
    tx,
  );
  return row?.isDue ?? false;
}

/** Notes in the row that it is being sent, and commits. @returns null where nothing is due */
export async function leaseDelivery(
  ctx: ServiceContext,
  stop: AbortSignal = new AbortController().signal,
): Promise<LeasedDelivery | null> {
  while (!stop.aborted) {
    const now = ctx.clock.now();
    const turn = await withDriverTransaction(ctx.databases.owner, (sql) => takeTurn(sql, now), ctx.tx);
    if (turn?.leased) return turn.leased;
    // Before anything of it is looked at: what happens now must not be held back behind what is never sent.
    if (turn?.failsFirst) await failLeft(ctx, turn.endpointId);
    if (turn) continue;
    if (!(await isAnyDue(ctx))) return null;
    await pause(LOCKED_PAUSE_MS);
  }
  return null;
}

interface Turn {
  endpointId: Id<"whe">;
  /** What waits there is of before it was enabled, and has to fail first. */
  failsFirst: boolean;
  /** Null: what was due has to be held back, or is another's by now. */
  leased: LeasedDelivery | null;
}

type TurnRow = Pick<Turn, "endpointId" | "failsFirst"> & { isBehind: boolean } & (
    | Omit<LeasedDelivery, "endpointId" | "leaseToken">
    | { id: null }
  );

/**
 * Gives the turn to the endpoint that had its last one longest ago, and notes in its first delivery that it is being sent. The endpoint
 * is locked before its deliveries, as whoever notes an outcome or stops it does, so that neither waits for the other. One that somebody
 * else has locked is passed by: every worker of every process would wait with this one.
 * @returns null where nothing is due that could be sent now
 */
export async function takeTurn(sql: postgres.TransactionSql, now: Date): Promise<Turn | null> {
  const at = now.toISOString();
  const leaseToken = randomUUID();
  const [, [turn]] = await Promise.all([
    // One worker at a time looks, in all processes: two that look at once would both find the same one's turn. A statement of its
    // own, sent with the next, which sees what the worker before has committed. That one is planned once for a connection, which may
    // be while nothing waits: it would go on reading the whole table. Of a transaction that was open already it holds to its end.
    sql`select pg_advisory_xact_lock(hashtextextended('webhook turns', 0)), set_config('enable_seqscan', 'off', true)`,
    sql<TurnRow[]>`
      with turn as (
        update webhook_endpoints set turn_at = ${at}::timestamptz
        where id = (
          select e.id from ${turns(sql, at)}
          order by e.turn_at nulls first, e.id limit 1 for no key update of e skip locked)
        returning *
      ), first as (
        select d.message_id, d.endpoint_id, ${isBehind(sql)} as is_behind
        from turn cross join lateral (
          select * from webhook_deliveries d where d.endpoint_id = turn.id and ${isDue(sql, at)}
          order by d.next_attempt_at, d.position limit 1
        ) as d
        where turn.fails_before is null
      ), leased as (
        update webhook_deliveries d
        set lease_token = ${leaseToken}, lease_until = ${new Date(now.getTime() + LEASE_MS).toISOString()}::timestamptz,
          attempts = d.attempts + 1, tries = d.tries + 1
        from first join webhook_messages message on message.id = first.message_id
        where not first.is_behind and d.message_id = first.message_id and d.endpoint_id = first.endpoint_id and ${isDue(sql, at)}
        returning d.message_id as id, d.attempts, message.body
      )
      select turn.id as "endpointId", turn.fails_before is not null as "failsFirst", coalesce(first.is_behind, false) as "isBehind",
        leased.*, turn.url, turn.sealed_secret as "sealedSecret",
        case when turn.previous_secret_until > ${at}::timestamptz then turn.previous_sealed_secret end as "previousSealedSecret"
      from turn left join first on true left join leased on true`,
  ]);
  if (!turn) return null;
  const { failsFirst, isBehind: hasToWait, ...delivery } = turn;
  const { endpointId } = delivery;
  if (hasToWait) await holdBack(sql, endpointId, at);
  return { endpointId, failsFirst, leased: delivery.id === null ? null : { ...delivery, leaseToken } };
}
