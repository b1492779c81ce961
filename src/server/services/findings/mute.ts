import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { AuditAction } from "@/contracts/audit";
import { FINDINGS, type muteFindingSchema } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { principalName } from "@/server/core/principal";
import { apiKeys, findings } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";

/**
 * Takes a finding off the list because somebody knows of it. It comes back when what it rests on becomes something else:
 * another permission unused, another network, a key that went to sleep again.
 * @throws AppError not_found
 */
export function muteFinding(ctx: ServiceContext, input: z.output<typeof muteFindingSchema>): Promise<void> {
  const mutedBy = principalName(ctx.principal);
  return setMute(ctx, input.id, "finding.mute", {
    mutedAt: ctx.clock.now(),
    mutedBy,
    mutedReason: cleanText(input.reason),
  });
}

/**
 * Puts a muted finding back on the list.
 * @throws AppError not_found
 */
export function unmuteFinding(ctx: ServiceContext, input: { id: Id<"fnd"> }): Promise<void> {
  return setMute(ctx, input.id, "finding.unmute", { mutedAt: null, mutedBy: null, mutedReason: null });
}

type Mute = Pick<typeof findings.$inferSelect, "mutedAt" | "mutedBy" | "mutedReason">;

function setMute(ctx: ServiceContext, id: Id<"fnd">, action: AuditAction, mute: Mute): Promise<void> {
  authorize(ctx, "keys:manage");
  return withTransaction(ctx, async (ctx) => {
    const [found] = await ctx.tx
      .select({
        kind: findings.kind,
        reason: findings.mutedReason,
        key: { id: apiKeys.id, name: apiKeys.name, environment: apiKeys.environment },
      })
      .from(findings)
      .innerJoin(apiKeys, eq(apiKeys.id, findings.keyId))
      .where(eq(findings.id, id))
      .for("update", { of: findings });
    if (!found) throw notFound();
    await ctx.tx.update(findings).set(mute).where(eq(findings.id, id));
    const finding = FINDINGS[found.kind].label;
    await recordAudit(ctx, {
      action,
      subject: found.key,
      environment: found.key.environment,
      ...(mute.mutedAt === null
        ? { before: { finding, reason: found.reason } }
        : { after: { finding, reason: mute.mutedReason } }),
    });
  });
}
