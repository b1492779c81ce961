import { eq } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { AuditAction } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import type { WebhookEventType } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { reachable } from "../../reach";
import { publishWebhooks } from "../../webhooks";
import { loadLicense, lockLicense } from "./load";
import { licenseEvent } from "./told";
import { auditedLicense, auditSubject, type LicenseRow } from "./view";

type LicenseChanges = PgUpdateSetSource<typeof licenses>;

/** What webhooks call each change of a licence that the audit has. */
const TOLD_AS = {
  "license.update": "license.updated",
  "license.suspend": "license.suspended",
  "license.reinstate": "license.reinstated",
  "license.revoke": "license.revoked",
} as const satisfies Partial<Record<AuditAction, WebhookEventType>>;

interface Change {
  id: Id<"lic">;
  action: keyof typeof TOLD_AS;
  /** Why, for the audit; empty: nobody said. */
  reason?: string;
}

/**
 * The frame of every change to one licence: permission, lock, change, audit, in one transaction.
 * @param decide looks at the row as it is and says which columns change; null: none does, and nothing is recorded
 * @throws AppError not_found, permission_denied, and what `decide` throws
 */
export async function changeLicense(
  ctx: ServiceContext,
  { id, action, reason }: Change,
  decide: (
    row: LicenseRow,
    ctx: ServiceContext & { tx: Transaction },
  ) => LicenseChanges | null | Promise<LicenseChanges | null>,
): Promise<LicenseView> {
  authorize(ctx, "licenses:manage");
  return withTransaction(ctx, async (ctx) => {
    const before = await lockLicense(ctx.tx, reachable(ctx, licenses, id));
    authorize(ctx, "licenses:manage", before.environment);
    const changes = await decide(before, ctx);
    if (changes === null) return loadLicense(ctx.tx, ctx, id);
    const [after] = await ctx.tx
      .update(licenses)
      .set({ ...changes, updatedAt: ctx.clock.now() })
      .where(eq(licenses.id, id))
      .returning();
    if (!after) throw notFound();
    await publishWebhooks(ctx, [licenseEvent(TOLD_AS[action], after, after.updatedAt)]);
    await recordAudit(ctx, {
      action,
      subject: auditSubject(after),
      environment: after.environment,
      before: auditedLicense(before),
      after: { ...auditedLicense(after), ...(reason ? { reason } : {}) },
    });
    return loadLicense(ctx.tx, ctx, id);
  });
}
