import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { Id } from "@/contracts/ids";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { principalName, type SystemPrincipal } from "@/server/core/principal";
import { keyIs } from "@/server/database/ends";
import { apiKeys, findings } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { loadKeyPolicies, silenceOf } from "../key-policies";
import { changeKey } from "./internal/change";

/** Keys that are revoked before it is asked again whether to go on. */
const BATCH = 50;

/** Under which name it is on record. */
const POLICY: SystemPrincipal = { kind: "system", name: "policy" };

/**
 * Revokes the keys that were not used for as long as their environment's policy bears. Only those that a finding has told
 * of for the days of grace; each is looked at again under its lock, as it may have been used meanwhile. A batch.
 * @returns how many were revoked
 */
export async function revokeSilentKeys(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now();
  const due = await withDatabase(ctx, (db) =>
    db
      .select({ id: findings.keyId })
      .from(findings)
      .innerJoin(apiKeys, eq(apiKeys.id, findings.keyId))
      .where(
        and(
          eq(findings.kind, "silent"),
          sql`(${findings.evidence} ->> 'revokedAt')::timestamptz <= ${now.toISOString()}::timestamptz`,
          isNull(apiKeys.deletedAt),
          keyIs("active", now),
          // Not those that were used since, of which the finding does not know yet: they would fill the batch.
          sql`greatest(${apiKeys.createdAt}, ${apiKeys.lastUsedAt}, ${apiKeys.revivedAt}) <= (${findings.evidence} ->> 'since')::timestamptz`,
        ),
      )
      .orderBy(asc(findings.keyId))
      .limit(BATCH),
  );
  let revoked = 0;
  for (const { id } of due) if (await revokeIfSilent({ ...ctx, principal: POLICY }, id)) revoked += 1;
  return revoked;
}

async function revokeIfSilent(ctx: ServiceContext, id: Id<"key">): Promise<boolean> {
  const now = ctx.clock.now();
  let isDue = false;
  await changeKey(ctx, id, "key.revoke", async (key, tx) => {
    const [facts] = await tx
      .select({
        createdAt: apiKeys.createdAt,
        lastUsedAt: apiKeys.lastUsedAt,
        revivedAt: apiKeys.revivedAt,
        warnedAt: findings.firstSeenAt,
      })
      .from(apiKeys)
      .innerJoin(findings, and(eq(findings.keyId, apiKeys.id), eq(findings.kind, "silent")))
      .where(eq(apiKeys.id, id));
    const policy = (await loadKeyPolicies(tx))[key.environment];
    const silence = facts && silenceOf(policy, facts, now);
    isDue = key.status === "active" && Boolean(silence && hasCome(silence.endsAt, now));
    if (!isDue) return null;
    return {
      revokedAt: now,
      revokedBy: principalName(ctx.principal),
      revokedReason: cleanText(`Not used for ${policy.rules.silenceDays} days`),
    };
  });
  return isDue;
}
