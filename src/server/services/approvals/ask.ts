import { and, count, eq, gt, inArray } from "drizzle-orm";
import type { z } from "zod";
import {
  APPROVAL_LIFE_MS,
  type ApprovalView,
  askApprovalSchema,
  MAX_OPEN_APPROVALS,
} from "@/contracts/approvals";
import { cleanObject } from "@/contracts/json";
import { approvalNeeded } from "@/contracts/key-policies";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { administratorOf, principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { approvals } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { loadKeyPolicies } from "../key-policies";
import { notify } from "../notices";
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
    const key = await rehearse(ctx, asked, { by });
    await requireApprover(ctx.tx, key.environment, requester.id);
    const { rules } = (await loadKeyPolicies(ctx.tx))[key.environment];
    const needed = approvalNeeded(rules, null, key.permissions, []);
    if (needed.length === 0) {
      throw new AppError(
        "invalid_state",
        "This takes nobody's approval: the policy has changed. Do it at once.",
      );
    }
    await requireRoom(ctx, requester.id);
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
    await recordAudit(ctx, {
      action: "approval.ask",
      subject: { id: row.id, name: key.name },
      environment: key.environment,
      after: { kind: row.kind, needed, expiresAt: row.expiresAt.toISOString() },
    });
    await notify(ctx, {
      facts: { kind: "approval_asked", name: row.keyName, environment: row.environment, by },
      subjectId: row.id,
      occasion: "asked",
      environment: row.environment,
      for: { kind: "managers", environment: row.environment, except: requester.id },
    });
    return approvalViewOf(row, now);
  });
}

async function requireRoom(
  { tx, clock }: Parameters<typeof rehearse>[0],
  requesterId: (typeof approvals.$inferSelect)["requestedById"],
): Promise<void> {
  const [open] = await tx
    .select({ count: count() })
    .from(approvals)
    .where(
      and(
        eq(approvals.requestedById, requesterId),
        inArray(approvals.state, ["asked", "approved"]),
        gt(approvals.expiresAt, clock.now()),
      ),
    );
  if ((open?.count ?? 0) < MAX_OPEN_APPROVALS) return;
  throw new AppError(
    "invalid_state",
    `You have asked for ${MAX_OPEN_APPROVALS} approvals that are open. Withdraw one that is not needed any more.`,
  );
}
