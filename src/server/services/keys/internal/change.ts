import { eq } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { AuditAction } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import type { WebhookEventType } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { CallingKey } from "../../calling-key";
import type { ServiceContext } from "../../context";
import { checkKeyFindings } from "../../findings";
import { loadOwnPermissions } from "../../permissions";
import { publishWebhooks } from "../../webhooks";
import { type ApprovalGround, auditedApproval, requireAllowed } from "./approval";
import { requireWithinCallingKey } from "./bounds";
import { loadChanged, lockKey } from "./load";
import { keyEvent } from "./told";
import { auditedKey } from "./view";

type KeyChanges = PgUpdateSetSource<typeof apiKeys>;

/** What webhooks call each change of a key that the audit has. */
const TOLD_AS = {
  "key.update": "key.updated",
  "key.end_overlap": "key.updated",
  "key.regenerate": "key.regenerated",
  "key.revoke": "key.revoked",
  "key.reactivate": "key.reactivated",
} as const satisfies Partial<Record<AuditAction, WebhookEventType>>;

type KeyChange = keyof typeof TOLD_AS;

/** Reveals the secret of a key, or lets it work again. */
const HANDS_OUT: ReadonlySet<KeyChange> = new Set(["key.regenerate", "key.reactivate"]);

/**
 * The frame of every change to one key: permission, lock, change, bounds of the calling key, policy, audit, in one transaction; and what the
 * change settles or brings up is found at once.
 * @param decide looks at the key as it is and says which columns change; null: nothing does, and nothing is recorded
 * @param ground why it may do what takes a second person
 * @throws AppError not_found, permission_denied, validation_failed by the policy, and what `decide` throws
 */
export async function changeKey(
  ctx: ServiceContext,
  id: Id<"key">,
  action: KeyChange,
  decide: (
    key: KeyView,
    tx: Transaction,
    caller: CallingKey | null,
  ) => KeyChanges | null | Promise<KeyChanges | null>,
  ground: ApprovalGround = null,
): Promise<KeyView> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { key: before, caller } = await lockKey(ctx, id);
    const changes = await decide(before, ctx.tx, caller);
    if (changes === null) return before;
    await ctx.tx
      .update(apiKeys)
      .set({ ...changes, updatedAt: now })
      .where(eq(apiKeys.id, id));
    const after = await loadChanged(ctx, id);
    if (caller) {
      const own = await loadOwnPermissions(ctx.tx);
      requireWithinCallingKey(caller, own, before, after, HANDS_OUT.has(action));
    }
    await requireAllowed(ctx, before, after, ground);
    if (before.status !== "active" && after.status === "active") {
      await ctx.tx.update(apiKeys).set({ revivedAt: now }).where(eq(apiKeys.id, id));
    }
    await checkKeyFindings(ctx, { keyId: id });
    await publishWebhooks(ctx, [keyEvent(TOLD_AS[action], after)]);
    await recordAudit(ctx, {
      action,
      subject: after,
      environment: after.environment,
      before: auditedKey(before),
      after: { ...auditedKey(after), ...auditedApproval(ground) },
    });
    return after;
  });
}
