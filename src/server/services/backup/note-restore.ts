import type { z } from "zod";
import { noteRestoreSchema } from "@/contracts/schemas/backup";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import { type AuditVerification, recordAudit, verifyAudit } from "../audit";
import type { ServiceContext } from "../context";

/** What a backup is of, as the audit calls it. */
export const INSTALLATION = { id: "installation", name: "the installation" };

/**
 * Follows the restored audit to its end, and puts on record that it was restored.
 * @returns how far the chain held: one that was broken when it was backed up is broken still
 */
export async function noteRestore(
  ctx: ServiceContext,
  input: z.input<typeof noteRestoreSchema>,
): Promise<AuditVerification> {
  authorize(ctx, "settings:manage");
  const { createdAt, version, secrets } = parse(noteRestoreSchema, input);
  const verified = await verifyAudit(ctx);
  await withTransaction(ctx, (ctx) =>
    recordAudit(ctx, {
      action: "backup.restore",
      subject: INSTALLATION,
      environment: null,
      after: { backupOf: createdAt, version, secrets },
    }),
  );
  return verified;
}
