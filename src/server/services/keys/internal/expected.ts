import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { Executor } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";

/** How many keys Postgres expects to fit, by its statistics. Only by which way they are looked for may rest on it. */
export async function expectedKeys(db: Executor, condition: SQL | undefined): Promise<number> {
  const [row] = await db.execute<{ "QUERY PLAN": { Plan: { "Plan Rows": number } }[] }>(sql`
    explain (format json) select from ${apiKeys} where ${and(isNull(apiKeys.deletedAt), condition)}`);
  return row?.["QUERY PLAN"][0]?.Plan["Plan Rows"] ?? Number.POSITIVE_INFINITY;
}
