import { inArray } from "drizzle-orm";
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
import { changedOf, loadAllChanged, lockKey, lockKeys } from "./load";
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
  return withTransaction(ctx, async (ctx) => {
    const { key: before, caller } = await lockKey(ctx, id);
    const changes = await decide(before, ctx.tx, caller);
    if (changes === null) return before;
    const [after = before] = await carryOut(ctx, action, [{ before, changes }], caller, ground);
    return after;
  });
}

/**
 * The same for several keys at once, where no key calls: in a fixed number of statements for all of them.
 * @param ids those that are not there are left out
 * @param decide the same for each; keys for which it returns the same object are changed by one statement
 * @returns those that were changed
 * @throws AppError permission_denied, validation_failed by the policy
 */
export async function changeKeys(
  ctx: ServiceContext,
  ids: Id<"key">[],
  action: KeyChange,
  decide: (key: KeyView) => KeyChanges | null,
): Promise<KeyView[]> {
  authorize(ctx, "keys:manage");
  return withTransaction(ctx, async (ctx) => {
    const decided = (await lockKeys(ctx, ids)).flatMap((before) => {
      const changes = decide(before);
      return changes === null ? [] : [{ before, changes }];
    });
    return carryOut(ctx, action, decided, null, null);
  });
}

/** What is done with locked keys, once it is decided. */
async function carryOut(
  ctx: ServiceContext & { tx: Transaction },
  action: KeyChange,
  decided: readonly { before: KeyView; changes: KeyChanges }[],
  caller: CallingKey | null,
  ground: ApprovalGround,
): Promise<KeyView[]> {
  if (decided.length === 0) return [];
  const now = ctx.clock.now();
  const idsOf = (keys: readonly { before: KeyView }[]) => keys.map(({ before }) => before.id);
  for (const changes of new Set(decided.map(({ changes }) => changes))) {
    const alike = decided.filter((one) => one.changes === changes);
    await ctx.tx
      .update(apiKeys)
      .set({ ...changes, updatedAt: now })
      .where(inArray(apiKeys.id, idsOf(alike)));
  }
  const views = await loadAllChanged(ctx, idsOf(decided));
  const changed = decided.map(({ before }) => ({ before, after: changedOf(views, before.id) }));
  if (caller) {
    const own = await loadOwnPermissions(ctx.tx);
    for (const { before, after } of changed)
      requireWithinCallingKey(caller, own, before, after, HANDS_OUT.has(action));
  }
  for (const { before, after } of changed) await requireAllowed(ctx, before, after, ground);
  const revived = changed.filter(
    ({ before, after }) => before.status !== "active" && after.status === "active",
  );
  if (revived.length > 0)
    await ctx.tx
      .update(apiKeys)
      .set({ revivedAt: now })
      .where(inArray(apiKeys.id, idsOf(revived)));
  await checkKeyFindings(ctx, { keyIds: idsOf(changed) });
  await publishWebhooks(
    ctx,
    changed.map(({ after }) => keyEvent(TOLD_AS[action], after)),
  );
  await recordAudit(
    ctx,
    ...changed.map(({ before, after }) => ({
      action,
      subject: after,
      environment: after.environment,
      before: auditedKey(before),
      after: { ...auditedKey(after), ...auditedApproval(ground) },
    })),
  );
  return changed.map(({ after }) => after);
}
