import { and, eq, gte, ne } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import { authorize } from "@/server/core/authorize";
import { usageHourly } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

const DAY_MS = 86_400_000;

/** The routes that were called in the last day, by method and template, for the choice of a filter. */
export async function listCalledRoutes(
  ctx: ServiceContext,
  { environment }: { environment: Environment | null },
): Promise<string[]> {
  authorize(ctx, "requests:read");
  const dayAgo = new Date(ctx.clock.now().getTime() - DAY_MS);
  const rows = await withDatabase(ctx, (db) =>
    db
      .selectDistinct({ route: usageHourly.route })
      .from(usageHourly)
      .where(
        and(
          gte(usageHourly.hour, dayAgo),
          ne(usageHourly.route, ""),
          environment ? eq(usageHourly.environment, environment) : undefined,
        ),
      ),
  );
  // By path first, so that what is done to one thing stands together.
  const path = (route: string) => route.slice(route.indexOf(" ") + 1);
  return rows
    .map(({ route }) => route)
    .sort((one, other) => path(one).localeCompare(path(other)) || one.localeCompare(other));
}
