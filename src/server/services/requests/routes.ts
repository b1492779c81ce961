import { and, gte, ne } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { usageHourly } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";

/** The routes that were called in the last day, by method and template, for the choice of a filter. */
export async function listCalledRoutes(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<string[]> {
  authorize(ctx, "requests:read");
  const { environment } = parse(environmentFilterSchema, input);
  const dayAgo = new Date(ctx.clock.now().getTime() - DAY_MS);
  const rows = await withDatabase(ctx, (db) =>
    db
      .selectDistinct({ route: usageHourly.route })
      .from(usageHourly)
      .where(
        and(
          gte(usageHourly.hour, dayAgo),
          ne(usageHourly.route, ""),
          withinReach(ctx, usageHourly.environment, environment),
        ),
      ),
  );
  // By path first, so that what is done to one thing stands together.
  const path = (route: string) => route.slice(route.indexOf(" ") + 1);
  return rows
    .map(({ route }) => route)
    .sort((one, other) => path(one).localeCompare(path(other)) || one.localeCompare(other));
}
