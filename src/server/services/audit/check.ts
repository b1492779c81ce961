import { desc, eq } from "drizzle-orm";
import type { z } from "zod";
import type { AuditBreak, AuditHead, AuditIntegrity } from "@/contracts/audit";
import { checkAuditSchema } from "@/contracts/schemas/audit";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { auditEvents, settings } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { verifyAudit } from "./verify";

const CHECKPOINT = "audit.checkpoint";

/** Rows checked in one call, about a second's work: a call must end before any hosting cuts it off. */
const STEP = 20_000;

/**
 * Where the console's last check ended. Good for going on from there, and for telling people when they last looked; it
 * proves nothing by itself. It says that the rows were right then, not that they still are, and it lies in the same
 * database: who can edit the audit can edit this. Proof is a head that was kept elsewhere (listAuditHeads).
 */
interface Checkpoint extends AuditHead {
  at: string;
  broken: AuditBreak | null;
  /** The farthest row that was ever found right. A check that ends before it has met a cut end. */
  farthest: AuditHead;
}

/** How far the audit was checked, and how far it goes. Two look-ups, whatever its length. */
export async function getAuditIntegrity(ctx: ServiceContext): Promise<AuditIntegrity> {
  authorize(ctx, "audit:read");
  const [checkpoint, newest] = await Promise.all([loadCheckpoint(ctx), newestPosition(ctx)]);
  return integrityOf(checkpoint, newest);
}

/**
 * Checks the next 20,000 rows, from the first one with `restart`, else from where the last call ended, and keeps how far
 * it came. Call it until `checked.position` has reached `newest` or `checked.broken` is set.
 */
export async function checkAudit(
  ctx: ServiceContext,
  input: z.input<typeof checkAuditSchema>,
): Promise<AuditIntegrity> {
  authorize(ctx, "audit:read");
  const { restart } = parse(checkAuditSchema, input);
  const last = await loadCheckpoint(ctx);
  // What was broken is looked at again from the start: somebody may have put it right.
  const after = restart || !last || last.broken || last.position === 0 ? null : last;
  const { head, broken } = await verifyAudit(ctx, { after, kept: last?.farthest ?? null, limit: STEP });
  const farthest = last && (broken || last.farthest.position > head.position) ? last.farthest : head;
  const checkpoint: Checkpoint = { ...head, at: ctx.clock.now().toISOString(), broken, farthest };
  await withDatabase(ctx, (db) =>
    db
      .insert(settings)
      .values({ name: CHECKPOINT, value: checkpoint })
      .onConflictDoUpdate({ target: settings.name, set: { value: checkpoint } }),
  );
  return integrityOf(checkpoint, await newestPosition(ctx));
}

function integrityOf(checkpoint: Checkpoint | null, newest: number): AuditIntegrity {
  if (!checkpoint) return { checked: null, newest };
  const { position, at, broken } = checkpoint;
  return { checked: { position, at, broken }, newest };
}

async function loadCheckpoint(ctx: ServiceContext): Promise<Checkpoint | null> {
  const [row] = await withDatabase(ctx, (db) =>
    db.select().from(settings).where(eq(settings.name, CHECKPOINT)),
  );
  return (row?.value as Checkpoint | undefined) ?? null;
}

async function newestPosition(ctx: ServiceContext): Promise<number> {
  const [row] = await withDatabase(ctx, (db) =>
    db
      .select({ position: auditEvents.position })
      .from(auditEvents)
      .orderBy(desc(auditEvents.position))
      .limit(1),
  );
  return row?.position ?? 0;
}
