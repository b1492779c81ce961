import { type SQL, sql } from "drizzle-orm";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { TELEMETRY_NAMES } from "@/contracts/telemetry";
import { authorize } from "@/server/core/authorize";
import { distinctValues, MAX_DISTINCT } from "@/server/database/distinct";
import { telemetryEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

interface ListTelemetryNames {
  of: (typeof TELEMETRY_NAMES)[number];
  /** For administrators: one environment, or all. A key always sees its own. */
  environment: Environment | null;
  /** Received at this instant or later (RFC 3339). */
  from: string | null;
}

/** The types or products that events name, in order, up to 200: what a list of events can be narrowed to. */
export async function listTelemetryNames(ctx: ServiceContext, input: ListTelemetryNames): Promise<string[]> {
  authorize(ctx, "telemetry:read");
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  // Days before it are not looked into at all.
  const since = input.from ? sql`received_at >= ${input.from}::timestamptz` : sql`true`;
  const where = (one: Environment): SQL => sql`${telemetryEvents.environment} = ${one} and ${since}`;
  const found = await withDatabase(ctx, (db) =>
    Promise.all(
      (environment ? [environment] : ENVIRONMENTS).map((one) =>
        distinctValues(db, telemetryEvents[input.of], where(one)),
      ),
    ),
  );
  return [...new Set(found.flat())].sort().slice(0, MAX_DISTINCT);
}
