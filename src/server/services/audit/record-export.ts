import type { AuditAction } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { recordAudit } from "./record";

interface TakenCopy {
  action: AuditAction;
  subject: { id: string; name: string };
  environment: Environment | null;
  /** What narrows the file, and its format. What leaves nothing out is not kept. */
  filter: Record<string, unknown>;
  /** What stands in the row whether it narrows or not. */
  always?: Record<string, unknown>;
}

/** Puts on record that somebody takes a copy, before its first row leaves. */
export async function recordExport(
  ctx: ServiceContext,
  { action, subject, environment, filter, always = {} }: TakenCopy,
): Promise<void> {
  const narrowing = Object.entries(filter).filter(
    ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  await withTransaction(ctx, (ctx) =>
    recordAudit(ctx, {
      action,
      subject,
      environment,
      after: { ...Object.fromEntries(narrowing), ...always },
    }),
  );
}
