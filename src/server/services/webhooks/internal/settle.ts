import { eq } from "drizzle-orm";
import type postgres from "postgres";
import { DAY_MS } from "@/contracts/durations";
import { cleaned } from "@/contracts/text";
import {
  WEBHOOK_FAILING_DAYS,
  type WebhookDeliveryState,
  type WebhookFailureReason,
} from "@/contracts/webhooks";
import { webhookEndpoints } from "@/server/database/schema";
import { withDriverTransaction, withTransaction } from "@/server/database/session";
import type { WebhookOutcome } from "@/server/webhooks/sender";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { notify } from "../../notices";
import type { LeasedDelivery } from "./lease";
import { letNextGo } from "./line";
import { nextAttemptAfter } from "./schedule";
import { stopEndpoint } from "./stop";
import { auditSubject } from "./view";

const GONE = 410;

/** An endpoint that has failed for a week is disabled by a delivery that was tried so often: not by one slip after a quiet week. */
const TRIES_BEFORE_DISABLING = 4;

/** What an attempt met, and when. */
interface Met extends WebhookOutcome {
  at: Date;
}

/** A delivery that was sent, and its endpoint, as both are now. */
interface Sent {
  url: string;
  failingSince: Date | null;
  subjectId: string;
  state: WebhookDeliveryState;
  tries: number;
  isByHand: boolean;
  createdAt: Date;
  leaseToken: string | null;
}

/** What becomes of it, and of its endpoint. */
interface Verdict extends Pick<Sent, "state" | "tries" | "failingSince"> {
  /** Null unless it waits. */
  nextAttemptAt: Date | null;
}

/**
 * Notes what an attempt met, and when the next one is due. Nothing where the endpoint was deleted meanwhile; the attempt alone
 * where another worker has taken the delivery over.
 */
export async function settleDelivery(
  ctx: ServiceContext,
  leased: LeasedDelivery,
  outcome: WebhookOutcome,
): Promise<void> {
  const met = { ...outcome, at: ctx.clock.now() };
  const reason = await withDriverTransaction(
    ctx.databases.owner,
    async (sql) => {
      const sent = await lockSent(sql, leased);
      if (!sent) return null;
      if (sent.leaseToken !== leased.leaseToken) {
        await noteAttempt(sql, leased, met);
        return null;
      }
      const isElsewhere = sent.url !== leased.url;
      const verdict = isElsewhere ? verdictElsewhere(sent, met) : verdictOn(sent, met);
      // Sent together, and done in this order.
      await Promise.all([
        noteAttempt(sql, leased, met),
        noteVerdict(sql, leased, met, verdict),
        letNextGo(sql, { ...leased, ...sent }),
      ]);
      return isElsewhere ? null : whyDisabled(verdict, met);
    },
    ctx.tx,
  );
  if (reason) await disable(ctx, leased, reason);
}

/** Locks the endpoint before its delivery, as whoever gives it a turn or stops it does. */
async function lockSent(sql: postgres.ISql, { id, endpointId }: LeasedDelivery): Promise<Sent | undefined> {
  // As numbers: what a date looks like as text depends on the database's settings.
  type Row = Omit<Sent, "failingSince" | "createdAt"> & { failingMs: number | null; createdMs: number };
  const [row] = await sql<Row[]>`
    select e.url, (extract(epoch from e.failing_since) * 1000)::float8 as "failingMs", d.subject_id as "subjectId", d.state,
      d.tries, d.is_by_hand as "isByHand", (extract(epoch from d.created_at) * 1000)::float8 as "createdMs",
      d.lease_token as "leaseToken"
    from webhook_endpoints e join webhook_deliveries d on d.endpoint_id = e.id
    where e.id = ${endpointId} and d.message_id = ${id}
    for no key update of e for update of d`;
  if (!row) return undefined;
  const { failingMs, createdMs, ...sent } = row;
  const failingSince = failingMs === null ? null : new Date(failingMs);
  return { ...sent, failingSince, createdAt: new Date(createdMs) };
}

/** The URL has answered that events go to. */
function verdictOn(sent: Sent, { status, error, at }: Met): Verdict {
  const { state, tries, createdAt } = sent;
  if (error === null) return { state: "delivered", tries, nextAttemptAt: null, failingSince: null };
  const since = sent.isByHand ? null : createdAt;
  // One that was stopped meanwhile stays so, and nobody asks again who is gone.
  const nextAttemptAt =
    state === "waiting" && status !== GONE ? nextAttemptAfter(tries, since, at, Math.random()) : null;
  const failingSince = sent.failingSince ?? at;
  return { state: nextAttemptAt ? "waiting" : "failed", tries, nextAttemptAt, failingSince };
}

/**
 * The URL was changed during the attempt. What it has taken is delivered; what it has not waits for a first attempt at the new one,
 * of which this says nothing.
 */
function verdictElsewhere({ state, tries, failingSince }: Sent, { error, at }: Met): Verdict {
  if (error === null) return { state: "delivered", tries, nextAttemptAt: null, failingSince };
  if (state === "waiting") return { state, tries: 0, nextAttemptAt: at, failingSince };
  return { state, tries, nextAttemptAt: null, failingSince };
}

async function noteAttempt(
  sql: postgres.ISql,
  { id, endpointId, attempts }: LeasedDelivery,
  { at, durationMs, status, error, answer }: Met,
): Promise<void> {
  await sql`
    insert into webhook_attempts (message_id, endpoint_id, number, at, duration_ms, status, error, answer)
    values (${id}, ${endpointId}, ${attempts}, ${at.toISOString()}::timestamptz, ${durationMs}, ${status},
      ${cleanedOrNull(error)}, ${cleanedOrNull(answer)})`;
}

async function noteVerdict(
  sql: postgres.ISql,
  { id, endpointId }: LeasedDelivery,
  { status, error, at }: Met,
  verdict: Verdict,
): Promise<void> {
  const { state, tries } = verdict;
  const next = verdict.nextAttemptAt?.toISOString() ?? null;
  const failingSince = verdict.failingSince?.toISOString() ?? null;
  await sql`
    with endpoint as (
      update webhook_endpoints set failing_since = ${failingSince}::timestamptz
      where id = ${endpointId} and failing_since is distinct from ${failingSince}::timestamptz
    )
    update webhook_deliveries
    set lease_token = null, lease_until = null, state = ${state}, tries = ${tries}, status = ${status},
      error = ${cleanedOrNull(error)}, next_attempt_at = ${next}::timestamptz,
      finished_at = case when ${next}::timestamptz is null then coalesce(finished_at, ${at.toISOString()}::timestamptz) end
    where message_id = ${id} and endpoint_id = ${endpointId}`;
}

const cleanedOrNull = (text: string | null) => (text === null ? null : cleaned(text));

function whyDisabled({ failingSince, tries }: Verdict, { status, at }: Met): WebhookFailureReason | null {
  if (status === GONE) return "gone";
  const failsFor = failingSince ? at.getTime() - failingSince.getTime() : 0;
  return failsFor >= WEBHOOK_FAILING_DAYS * DAY_MS && tries >= TRIES_BEFORE_DISABLING ? "failing" : null;
}

/**
 * Disables the endpoint that a delivery was sent to, unless it is by now, has another URL or works. Apart from what was noted: where
 * the process dies in between, the next attempt finds the same.
 */
async function disable(
  ctx: ServiceContext,
  { endpointId, url }: LeasedDelivery,
  reason: WebhookFailureReason,
): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    const [endpoint] = await ctx.tx
      .select()
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, endpointId))
      .for("no key update");
    if (!endpoint || endpoint.disabledAt || endpoint.url !== url || !endpoint.failingSince) return;
    const { id, environment } = await stopEndpoint(ctx, endpoint, reason);
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
  });
}
