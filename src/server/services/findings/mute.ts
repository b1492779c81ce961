import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { AuditAction } from "@/contracts/audit";
import { FINDINGS } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { findingIdSchema, muteFindingSchema } from "@/contracts/schemas/findings";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { apiKeys, findings } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";

/**
 * Takes a finding off the list because somebody knows of it. It comes back when what it rests on becomes something else:
 * another permission unused, another network, a key that is dormant again.
 * @throws AppError not_found
 */
export async function muteFinding(
  ctx: ServiceContext,
  input: z.input<typeof muteFindingSchema>,
): Promise<void> {
  const { id, reason } = parse(muteFindingSchema, input);
  return setMute(ctx, id, "finding.mute", {
    mutedAt: ctx.clock.now(),
    mutedBy: principalName(ctx.principal),
    mutedReason: cleanText(reason),
  });
}

/**
 * Puts a muted finding back on the list.
 * @throws AppError not_found
 */
export async function unmuteFinding(ctx: ServiceContext, input: { id: Id<"fnd"> }): Promise<void> {
  const { id } = parse(findingIdSchema, input);
  return setMute(ctx, id, "finding.unmute", { mutedAt: null, mutedBy: null, mutedReason: null });
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
      .where(and(eq(findings.id, id), withinReach(ctx, apiKeys.environment)))
      .for("update", { of: findings });
    if (!found) throw notFound();
    authorize(ctx, "keys:manage", found.key.environment);
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
