import { setTimeout as pause } from "node:timers/promises";
import { and, eq, inArray, lte, notExists, or, type SQL, sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { FINDING_SEVERITIES, FINDINGS, type FindingEvidence, type FindingKind } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { checkKeyFindingsSchema } from "@/contracts/schemas/findings";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { apiKeys, findings, settings } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { publishWebhooks } from "../webhooks";
import { activeKey, type KeyFacts, loadFacts } from "./internal/facts";
import { findingsOf } from "./internal/kinds";

/** Keys whose facts are read together. */
const BATCH = 500;

/** How far the keys have been looked at. */
interface Round {
  /** Epoch milliseconds. */
  startedAt: number;
  /** When its latest batch was looked at, likewise. Absent where a version before this one has noted it. */
  lookedAt?: number;
  /** The last key that was looked at; null once the round is over. */
  after: string | null;
}

const ROUND_SETTING = "findings.round";
/** A little less than the ten minutes of maintenance, which is called each minute where no process stays. */
const ROUND_MS = 9 * MINUTE_MS;

/**
 * Of the time that a round takes, how much each process works on it: it looks at every key there is, and calls need the same
 * processors. A million keys take a process that stays one to two hours then. With a tenth of it, calls were slower by as much.
 */
const WORKING_SHARE = 0.05;

/**
 * Looks at every active key again: keeps what still holds, adds what is new, removes what no longer holds, and the
 * findings of keys that are not active any more. A batch of keys at a time, each in a transaction of its own.
 */
export async function checkFindings(ctx: ServiceContext): Promise<{ keys: number }> {
  authorize(ctx, "keys:manage");
  const startedAt = ctx.clock.now().getTime();
  let round: Round = { startedAt, after: "" };
  let keys = 0;
  while (round.after !== null) {
    const step = await checkBatch(ctx, round);
    round = step.round;
    keys += step.keys;
  }
  return { keys };
}

/**
 * The same as maintenance: at most one round in nine minutes, and one that was stopped goes on where it was, so that a large
 * installation gets to its end even in short calls.
 * @param rest waits between two batches
 */
export async function checkDueFindings(
  ctx: ServiceContext,
  stop: AbortSignal,
  rest: (ms: number, stop: AbortSignal) => Promise<unknown> = pauseFor,
): Promise<void> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now().getTime();
  let round = await readRound(ctx);
  if (!round || (round.after === null && now - round.startedAt >= ROUND_MS)) {
    round = { startedAt: now, after: "" };
  }
  while (round.after !== null && !stop.aborted) {
    const start = performance.now();
    round = (await checkBatch(ctx, round)).round;
    const restMs = (performance.now() - start) * (1 / WORKING_SHARE - 1);
    if (round.after !== null) await rest(restMs, stop);
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return pause(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * When maintenance last looked for findings; null: never. Not when the round began: of very many keys it takes hours.
 * @throws AppError permission_denied, unavailable
 */
export async function lastLookAt(ctx: ServiceContext): Promise<Date | null> {
  authorize(ctx, "keys:read");
  const round = await readRound(ctx);
  return round ? new Date(round.lookedAt ?? round.startedAt) : null;
}

async function readRound(ctx: ServiceContext): Promise<Round | undefined> {
  const [row] = await withDatabase(ctx, (db) =>
    db.select().from(settings).where(eq(settings.name, ROUND_SETTING)),
  );
  return row?.value as Round | undefined;
}

async function checkBatch(ctx: ServiceContext, { startedAt, after }: Round) {
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { tx } = ctx;
    const facts = await loadFacts(tx, { after: after ?? "", limit: BATCH }, now);
    const last = facts.length === BATCH ? facts.at(-1) : undefined;
    const looked = and(sql`${findings.keyId} > ${after ?? ""}`, last && lte(findings.keyId, last.id));
    await keepFindings(ctx, looked, facts);
    const round: Round = { startedAt, lookedAt: now.getTime(), after: last?.id ?? null };
    await tx
      .insert(settings)
      .values({ name: ROUND_SETTING, value: round })
      .onConflictDoUpdate({ target: settings.name, set: { value: round } });
    return { round, keys: facts.length };
  });
}

/** The same for some keys, in the open transaction of their change where there is one: what was cured is gone at once. */
export async function checkKeyFindings(ctx: ServiceContext, input: { keyIds: Id<"key">[] }): Promise<void> {
  authorize(ctx, "keys:manage");
  const { keyIds } = parse(checkKeyFindingsSchema, input);
  await withTransaction(ctx, async (ctx) => {
    const facts = await loadFacts(ctx.tx, { ids: keyIds }, ctx.clock.now());
    await keepFindings(ctx, inArray(findings.keyId, keyIds), facts);
  });
}

/**
 * Keeps what was found about keys, and removes what else there is of those that were looked at.
 * @param looked which rows are of keys that were looked at, or that come between them and are not active any more
 */
async function keepFindings(
  ctx: ServiceContext & { tx: Transaction },
  looked: SQL | undefined,
  keys: readonly KeyFacts[],
): Promise<void> {
  const { tx } = ctx;
  const now = ctx.clock.now();
  const rows = keys.flatMap((key) =>
    findingsOf(key, now).map(({ kind, evidence, fingerprint }) => ({
      id: newId("fnd"),
      keyId: key.id,
      kind,
      severity: FINDING_SEVERITIES[FINDINGS[kind].severity].rank,
      evidence,
      fingerprint,
    })),
  );
  const ids = sql`${sql.param(keys.map(({ id }) => id))}::text[]`;
  const kept = sql`${sql.param(rows.map(({ keyId, kind }) => `${keyId} ${kind}`))}::text[]`;
  const active = tx
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, findings.keyId), activeKey(now)));
  const isSettled = sql`${findings.keyId} = any(${ids}) and ${findings.keyId} || ' ' || ${findings.kind} <> all(${kept})`;
  // One that was found about a key that was made meanwhile stays.
  await tx.delete(findings).where(and(looked, or(isSettled, notExists(active))));
  if (rows.length === 0) return;
  const stored = await tx.execute<{ id: Id<"fnd"> }>(storeFindings(JSON.stringify(rows), now));
  // Of one that was there before and says the same, the id is another: it keeps its own.
  const opened = new Set(stored.map(({ id }) => id));
  await tellOpened(
    ctx,
    rows.filter(({ id }) => opened.has(id)),
    new Map(keys.map(({ id, environment }) => [id, environment])),
  );
}

/** Tells webhooks what is new, or has become another thing than before. */
async function tellOpened(
  ctx: ServiceContext & { tx: Transaction },
  opened: readonly { id: Id<"fnd">; keyId: Id<"key">; kind: FindingKind; evidence: FindingEvidence }[],
  environments: ReadonlyMap<Id<"key">, Environment>,
): Promise<void> {
  const events = opened.flatMap(({ id, keyId, kind, evidence }) => {
    const environment = environments.get(keyId);
    if (!environment) return [];
    const data = { id, keyId, environment, kind, severity: FINDINGS[kind].severity, evidence };
    return [{ type: "finding.opened" as const, environment, subjectId: keyId, data }];
  });
  await publishWebhooks(ctx, events);
}

/**
 * Stores what was found, as JSON. Rows that say the same as before are left alone, nearly all of them: to write them anew every
 * ten minutes, or but to lock them, as ON CONFLICT does, would be most of a round's work.
 */
function storeFindings(rows: string, now: Date): SQL {
  const at = sql`${now.toISOString()}::timestamptz`;
  const unlessNew = (column: string) =>
    sql.raw(`case when known.fingerprint = excluded.fingerprint then known.${column} end`);
  return sql`
    insert into findings as known (id, key_id, kind, severity, evidence, fingerprint, first_seen_at, last_seen_at)
    select id, "keyId", kind, severity, evidence, fingerprint, ${at}, ${at}
    from jsonb_to_recordset(${rows}::text::jsonb)
      as found (id text, "keyId" text, kind text, severity smallint, evidence jsonb, fingerprint text)
    where not exists (
      select from findings same
      where same.key_id = "keyId" and same.kind = found.kind and same.severity = found.severity
        and same.fingerprint = found.fingerprint and same.evidence = found.evidence
        and same.last_seen_at > ${at} - interval '1 day')
    on conflict (key_id, kind) do update set
      id = coalesce(${unlessNew("id")}, excluded.id), severity = excluded.severity, evidence = excluded.evidence,
      fingerprint = excluded.fingerprint,
      first_seen_at = coalesce(${unlessNew("first_seen_at")}, excluded.first_seen_at), last_seen_at = excluded.last_seen_at,
      muted_at = ${unlessNew("muted_at")}, muted_by = ${unlessNew("muted_by")}, muted_reason = ${unlessNew("muted_reason")}
    returning id`;
}
