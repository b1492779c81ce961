import { type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Environment } from "@/contracts/environments";
import { telemetryNamesSchema } from "@/contracts/schemas/telemetry";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { distinctValues, MAX_DISTINCT } from "@/server/database/distinct";
import { telemetryEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { environmentsAsked } from "../reach";

/** The types or products that events name, in order, up to 200: what a list of events can be narrowed to. */
export async function listTelemetryNames(
  ctx: ServiceContext,
  input: z.input<typeof telemetryNamesSchema>,
): Promise<string[]> {
  authorize(ctx, "telemetry:read");
  const { of, environment, from } = parse(telemetryNamesSchema, inEnvironment(ctx, input));
  // Days before it are not looked into at all.
  const since = from ? sql`received_at >= ${from}::timestamptz` : sql`true`;
  const where = (one: Environment): SQL => sql`${telemetryEvents.environment} = ${one} and ${since}`;
  const found = await withDatabase(ctx, (db) =>
    Promise.all(
      environmentsAsked(ctx, environment).map((one) => distinctValues(db, telemetryEvents[of], where(one))),
    ),
  );
  return [...new Set(found.flat())].sort().slice(0, MAX_DISTINCT);
}
