import { and, eq, inArray, notInArray, sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import { checkKeyFindingsSchema, FINDING_SEVERITIES, FINDINGS } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { apiKeys, findings, settings } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { activeKey, type KeyFacts, loadFacts } from "./internal/facts";
import { findingsOf } from "./internal/kinds";

/** Keys whose facts are read together. */
const BATCH = 500;

/** How far the keys have been looked at. */
interface Round {
  /** Epoch milliseconds. */
  startedAt: number;
  /** The last key that was looked at; null once the round is over. */
  after: string | null;
}

const ROUND_SETTING = "findings.round";
/** A little less than the ten minutes of maintenance, which is called each minute where no process stays. */
const ROUND_MS = 9 * MINUTE_MS;

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
 */
export async function checkDueFindings(ctx: ServiceContext, stop: AbortSignal): Promise<void> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now().getTime();
  let round = await readRound(ctx);
  if (!round || (round.after === null && now - round.startedAt >= ROUND_MS)) {
    round = { startedAt: now, after: "" };
  }
  while (round.after !== null && !stop.aborted) round = (await checkBatch(ctx, round)).round;
}

/**
 * When the last round of maintenance began that looked for findings, which each does; null: there was none.
 * @throws AppError permission_denied, unavailable
 */
export async function lastRoundAt(ctx: ServiceContext): Promise<Date | null> {
  authorize(ctx, "keys:read");
  const round = await readRound(ctx);
  return round ? new Date(round.startedAt) : null;
}

async function readRound(ctx: ServiceContext): Promise<Round | undefined> {
  const [row] = await withDatabase(ctx, (db) =>
    db.select().from(settings).where(eq(settings.name, ROUND_SETTING)),
  );
  return row?.value as Round | undefined;
}

async function checkBatch(ctx: ServiceContext, { startedAt, after }: Round) {
  const now = ctx.clock.now();
  return withTransaction(ctx, async ({ tx }) => {
    const facts = await loadFacts(tx, { after: after ?? "", limit: BATCH }, now);
    await keepFindings(tx, facts, now);
    const last = facts.length === BATCH ? facts.at(-1) : undefined;
    if (!last) {
      const active = tx.select({ id: apiKeys.id }).from(apiKeys).where(activeKey(now));
      await tx.delete(findings).where(notInArray(findings.keyId, active));
    }
    const round: Round = { startedAt, after: last?.id ?? null };
    await tx
      .insert(settings)
      .values({ name: ROUND_SETTING, value: round })
      .onConflictDoUpdate({ target: settings.name, set: { value: round } });
    return { round, keys: facts.length };
  });
}

/** The same for one key, in the open transaction of its change where there is one: what was cured is gone at once. */
export async function checkKeyFindings(ctx: ServiceContext, input: { keyId: Id<"key"> }): Promise<void> {
  authorize(ctx, "keys:manage");
  const { keyId } = parse(checkKeyFindingsSchema, input);
  const now = ctx.clock.now();
  await withTransaction(ctx, async ({ tx }) => {
    const facts = await loadFacts(tx, { id: keyId }, now);
    if (facts.length === 0) await tx.delete(findings).where(eq(findings.keyId, keyId));
    await keepFindings(tx, facts, now);
  });
}

async function keepFindings(tx: Transaction, keys: readonly KeyFacts[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.flatMap((key) =>
    findingsOf(key, now).map(({ kind, evidence, fingerprint }) => ({
      id: newId("fnd"),
      keyId: key.id,
      kind,
      severity: FINDING_SEVERITIES[FINDINGS[kind].severity].rank,
      evidence,
      fingerprint,
      firstSeenAt: now,
      lastSeenAt: now,
    })),
  );
  const ids = keys.map(({ id }) => id);
  const kept = rows.map(({ keyId, kind }) => `${keyId} ${kind}`);
  await tx
    .delete(findings)
    .where(
      and(
        inArray(findings.keyId, ids),
        kept.length > 0 ? notInArray(sql`${findings.keyId} || ' ' || ${findings.kind}`, kept) : undefined,
      ),
    );
  if (rows.length === 0) return;
  const unlessNew = (column: string) =>
    sql.raw(`case when findings.fingerprint = excluded.fingerprint then findings.${column} end`);
  await tx
    .insert(findings)
    .values(rows)
    .onConflictDoUpdate({
      target: [findings.keyId, findings.kind],
      set: {
        id: sql`coalesce(${unlessNew("id")}, excluded.id)`,
        severity: sql`excluded.severity`,
        evidence: sql`excluded.evidence`,
        fingerprint: sql`excluded.fingerprint`,
        firstSeenAt: sql`coalesce(${unlessNew("first_seen_at")}, excluded.first_seen_at)`,
        lastSeenAt: sql`excluded.last_seen_at`,
        mutedAt: unlessNew("muted_at"),
        mutedBy: unlessNew("muted_by"),
        mutedReason: unlessNew("muted_reason"),
      },
    });
}
