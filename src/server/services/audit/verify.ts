import { asc, eq, gt, max } from "drizzle-orm";
import type { AuditBreak, AuditFault, AuditHead } from "@/contracts/audit";
import { type VerifyAuditInput, verifyAuditSchema } from "@/contracts/schemas/audit";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { auditEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { CHAIN_START, contentHash, type Link, linkColumns } from "./internal/chain";

/** Rows read at a time, so that an audit of any length takes the same memory. */
const BATCH = 1_000;

/** How far the chain holds. */
export interface AuditVerification {
  /** The last row that was found right; position 0 where there is none. */
  head: AuditHead;
  /** Whether the end was reached. */
  complete: boolean;
  /** The first row that is not right. */
  broken: AuditBreak | null;
}

/**
 * Follows the chain row by row. The rows are immutable, so it reads them in short queries and not in one long snapshot;
 * rows that are written meanwhile are followed too.
 */
export async function verifyAudit(
  ctx: ServiceContext,
  input: VerifyAuditInput = {},
): Promise<AuditVerification> {
  authorize(ctx, "audit:read");
  const { after, kept, limit = Number.POSITIVE_INFINITY } = parse(verifyAuditSchema, input);
  let head = after ?? CHAIN_START;
  if (after) {
    const broken = await checkPlace(ctx, after);
    if (broken) return { head, complete: true, broken };
  }
  for (let count = 0; count < limit; count += BATCH) {
    const links = await readLinks(ctx, head.position);
    for (const link of links) {
      const broken = faultOf(link, head) ?? keptFault(link, kept);
      if (broken) return { head, complete: true, broken };
      head = { position: Number(link.position), hash: String(link.hash) };
    }
    if (links.length === BATCH) continue;
    const broken = kept && kept.position > head.position ? cutBefore(kept, head) : null;
    return { head, complete: true, broken };
  }
  return { head, complete: false, broken: null };
}

function readLinks(ctx: ServiceContext, after: number): Promise<Link[]> {
  return withDatabase(ctx, (db) =>
    db
      .select(linkColumns)
      .from(auditEvents)
      .where(gt(auditEvents.position, after))
      .orderBy(asc(auditEvents.position))
      .limit(BATCH),
  );
}

/** What is wrong with a row that comes after `head`. */
function faultOf(link: Link, head: AuditHead): AuditBreak | null {
  const position = Number(link.position);
  const expected = head.position + 1;
  if (position !== expected) {
    const gap = position - 1 === expected ? `Row ${expected} is` : `Rows ${expected} to ${position - 1} are`;
    return breakAt(expected, link, "missing", `${gap} missing; the next one is row ${position}.`);
  }
  if (contentHash(link) !== link.hash) {
    return breakAt(
      position,
      link,
      "edited",
      `Row ${position} was changed: its content does not give its hash.`,
    );
  }
  if (link.previousHash !== head.hash) {
    const detail = `Row ${position} was written after another row than the one that now stands before it.`;
    return breakAt(position, link, "replaced", detail);
  }
  return null;
}

function keptFault(link: Link, kept: AuditHead | null): AuditBreak | null {
  if (kept?.position !== Number(link.position) || kept.hash === link.hash) return null;
  const detail = `Row ${kept.position} does not have the hash that was kept: it, or a row before it, was rewritten.`;
  return breakAt(kept.position, link, "rewritten", detail);
}

/** Whether the row at which an earlier check ended is still there, and the same. */
async function checkPlace(ctx: ServiceContext, place: AuditHead): Promise<AuditBreak | null> {
  const [link] = await withDatabase(ctx, (db) =>
    db.select(linkColumns).from(auditEvents).where(eq(auditEvents.position, place.position)),
  );
  if (link) return keptFault(link, place);
  const [last] = await withDatabase(ctx, (db) =>
    db.select({ position: max(auditEvents.position) }).from(auditEvents),
  );
  const newest = last?.position ?? 0;
  if (newest < place.position) return cutBefore(place, { position: newest });
  const detail = `Row ${place.position} is missing.`;
  return { position: place.position, id: null, at: null, fault: "missing", detail };
}

function cutBefore(kept: AuditHead, head: Pick<AuditHead, "position">): AuditBreak {
  const end = head.position === 0 ? "The audit is empty" : `The audit ends with row ${head.position}`;
  const detail = `${end}, but there was a row ${kept.position}: the end was cut off.`;
  return { position: head.position + 1, id: null, at: null, fault: "cut", detail };
}

function breakAt(position: number, { id, at }: Link, fault: AuditFault, detail: string): AuditBreak {
  return { position, id, at, fault, detail };
}
