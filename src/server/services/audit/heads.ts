import { desc, gte, sql } from "drizzle-orm";
import type { z } from "zod";
import type { AuditHead } from "@/contracts/audit";
import { DAY_MS } from "@/contracts/durations";
import { listAuditHeadsSchema } from "@/contracts/schemas/audit";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { auditEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** The last row of a day, by its place and hash. */
export interface DailyHead extends AuditHead {
  /** In UTC, `2026-11-23`. */
  day: string;
}

/**
 * The head of the chain at the end of each day with changes, newest first: of the last `days` days, today included, and
 * in any case the newest. Kept elsewhere, it proves later that nothing up to it was changed or cut off.
 */
export async function listAuditHeads(
  ctx: ServiceContext,
  input: z.input<typeof listAuditHeadsSchema>,
): Promise<DailyHead[]> {
  authorize(ctx, "audit:read");
  const { days } = parse(listAuditHeadsSchema, input);
  const today = Math.floor(ctx.clock.now().getTime() / DAY_MS) * DAY_MS;
  const first = new Date(today - (days - 1) * DAY_MS);
  const day = sql<string>`to_char(${auditEvents.at} at time zone 'UTC', 'YYYY-MM-DD')`;
  const columns = { day, position: auditEvents.position, hash: auditEvents.hash };
  const rows = await withDatabase(ctx, async (db) => {
    const daily = await db
      .selectDistinctOn([day], columns)
      .from(auditEvents)
      .where(gte(auditEvents.at, first))
      .orderBy(desc(day), desc(auditEvents.position));
    if (daily.length > 0) return daily;
    return db.select(columns).from(auditEvents).orderBy(desc(auditEvents.position)).limit(1);
  });
  return rows.map((row) => ({ ...row, hash: row.hash.toString("hex") }));
}
