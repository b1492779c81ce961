import { and, eq, inArray, notInArray, sql } from "drizzle-orm";
import { FINDING_SEVERITIES, FINDINGS } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import type { Transaction } from "@/server/db/connections";
import { apiKeys, findings } from "@/server/db/schema";
import { withTransaction } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import { activeKey, type KeyFacts, loadFacts } from "./facts";
import { findingsOf } from "./kinds";

/** Keys whose facts are read together. */
const BATCH = 500;

/**
 * Looks at every active key again: keeps what still holds, adds what is new, removes what no longer holds, and the
 * findings of keys that are not active any more. A batch of keys at a time, each in a transaction of its own.
 * @param stop leaves the rest to the next time
 */
export async function checkFindings(ctx: ServiceContext, stop?: AbortSignal): Promise<{ keys: number }> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now();
  let after = "";
  let keys = 0;
  while (!stop?.aborted) {
    const facts = await withTransaction(ctx, async ({ tx }) => {
      const batch = await loadFacts(tx, { after, limit: BATCH }, now);
      await keepFindings(tx, batch, now);
      return batch;
    });
    keys += facts.length;
    if (facts.length < BATCH) break;
    after = facts.at(-1)?.id ?? after;
  }
  await withTransaction(ctx, ({ tx }) => {
    const active = tx.select({ id: apiKeys.id }).from(apiKeys).where(activeKey(now));
    return tx.delete(findings).where(notInArray(findings.keyId, active));
  });
  return { keys };
}

/** The same for one key, in the open transaction of its change where there is one: what was cured is gone at once. */
export async function checkKeyFindings(ctx: ServiceContext, input: { keyId: Id<"key"> }): Promise<void> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now();
  await withTransaction(ctx, async ({ tx }) => {
    const facts = await loadFacts(tx, { id: input.keyId }, now);
    if (facts.length === 0) await tx.delete(findings).where(eq(findings.keyId, input.keyId));
    await keepFindings(tx, facts, now);
  });
}

async function keepFindings(tx: Transaction, keys: readonly KeyFacts[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.flatMap((key) =>
    findingsOf(key, now).map(({ kind, evidence, mark }) => ({
      id: newId("fnd"),
      keyId: key.id,
      kind,
      rank: FINDING_SEVERITIES[FINDINGS[kind].severity].rank,
      evidence,
      mark,
      firstFoundAt: now,
      stillAt: now,
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
    sql.raw(`case when findings.mark = excluded.mark then findings.${column} end`);
  await tx
    .insert(findings)
    .values(rows)
    .onConflictDoUpdate({
      target: [findings.keyId, findings.kind],
      set: {
        id: sql`coalesce(${unlessNew("id")}, excluded.id)`,
        rank: sql`excluded.rank`,
        evidence: sql`excluded.evidence`,
        mark: sql`excluded.mark`,
        firstFoundAt: sql`coalesce(${unlessNew("first_found_at")}, excluded.first_found_at)`,
        stillAt: sql`excluded.still_at`,
        mutedAt: unlessNew("muted_at"),
        mutedBy: unlessNew("muted_by"),
        mutedReason: unlessNew("muted_reason"),
      },
    });
}
