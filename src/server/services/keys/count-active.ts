import { and, eq, isNull, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import { oneEnvironmentSchema } from "@/contracts/schemas/environments";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyIs } from "@/server/database/ends";
import { apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Counting stops here: a figure on the first page must not read a large table. */
const COUNT_CAP = 1_000;

/** How many keys of an environment are active, counted up to 1,000. */
export async function countActiveKeys(
  ctx: ServiceContext,
  input: { environment: Environment },
): Promise<{ active: number; capped: boolean }> {
  authorize(ctx, "keys:read");
  const { environment } = parse(oneEnvironmentSchema, input);
  authorize(ctx, "keys:read", environment);
  return withDatabase(ctx, async (db) => {
    const counted = db
      .select({ one: sql`1` })
      .from(apiKeys)
      .where(
        and(
          isNull(apiKeys.deletedAt),
          keyIs("active", ctx.clock.now()),
          eq(apiKeys.environment, environment),
        ),
      )
      .limit(COUNT_CAP + 1)
      .as("counted");
    const [row] = await db.select({ active: sql<number>`count(*)::int` }).from(counted);
    const count = row?.active ?? 0;
    return { active: Math.min(count, COUNT_CAP), capped: count > COUNT_CAP };
  });
}
