import { and, count, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { APPROVAL_LIFE_MS, type ApprovalView, MAX_OPEN_APPROVALS } from "@/contracts/approvals";
import type { Id } from "@/contracts/ids";
import { cleanObject } from "@/contracts/json";
import { askApprovalSchema } from "@/contracts/schemas/approvals";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { administratorOf, principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { approvals } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { notify } from "../notices";
import { isOpen } from "./internal/conditions";
import { requireApprover } from "./internal/people";
import { rehearse } from "./internal/perform";
import { approvalViewOf } from "./internal/view";

/**
 * Asks for a second person's approval of what the policy does not let one do alone. All else about it has to be right
 * already. Nothing is done yet, and nothing is kept but what was asked for.
 * @throws AppError validation_failed with the fields of the key; invalid_state where nobody could approve, nobody has to, or too
 * much is waiting
 */
export async function askApproval(
  ctx: ServiceContext,
  given: z.input<typeof askApprovalSchema>,
): Promise<ApprovalView> {
  authorize(ctx, "keys:manage");
  const asked = parse(askApprovalSchema, given);
  const requester = administratorOf(ctx.principal);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const by = principalName(requester);
    await requireRoom(ctx, requester.id);
    const { key, needed } = await rehearse(ctx, asked, { by, requestedBy: by });
    if (needed.length === 0) {
      throw new AppError("invalid_state", "This takes nobody's approval. Do it at once.");
    }
    await requireApprover(ctx.tx, key.environment, requester.id);
    const [row] = await ctx.tx
      .insert(approvals)
      .values({
        id: newId("apr"),
        kind: asked.kind,
        environment: key.environment,
        state: "asked",
        keyId: asked.kind === "create" ? null : key.id,
        keyName: cleanText(key.name),
        input: cleanObject(asked.input),
        needed,
        requestedById: requester.id,
        requestedBy: by,
        requestedAt: now,
        expiresAt: new Date(now.getTime() + APPROVAL_LIFE_MS),
      })
      .returning();
    if (!row) throw new Error("An insert returned nothing");
    await notify(ctx, {
      facts: { kind: "approval_asked", name: row.keyName, environment: row.environment, by, asked: row.kind },
      subjectId: row.id,
      occasion: "asked",
      environment: row.environment,
      for: { kind: "managers", except: requester.id },
    });
    await recordAudit(ctx, {
      action: "approval.ask",
      subject: { id: row.id, name: key.name },
      environment: key.environment,
      after: { kind: row.kind, needed, expiresAt: row.expiresAt.toISOString() },
    });
    return approvalViewOf(row, now);
  });
}

/** Of two that one person asks for at the same moment the second waits for the first, or both would find the last place free. */
async function requireRoom(ctx: ServiceContext & { tx: Transaction }, requesterId: Id<"adm">): Promise<void> {
  const { tx } = ctx;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`approvals of ${requesterId}`}, 0))`);
  const [open] = await tx
    .select({ count: count() })
    .from(approvals)
    .where(and(eq(approvals.requestedById, requesterId), isOpen(ctx)));
  if ((open?.count ?? 0) < MAX_OPEN_APPROVALS) return;
  throw new AppError(
    "invalid_state",
    `You have asked for ${MAX_OPEN_APPROVALS} approvals that are open. Withdraw one that is not needed any more.`,
  );
}
