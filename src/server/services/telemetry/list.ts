import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { ConsolePage } from "@/contracts/lists";
import { listTelemetryStepSchema } from "@/contracts/schemas/telemetry";
import type { TelemetryEventView } from "@/contracts/telemetry";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { holdsText, instantIn, keyset } from "@/server/database/keyset";
import { telemetryEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { inCustomerScope, withinReach } from "../reach";

type ListTelemetry = z.output<typeof listTelemetryStepSchema>;

/**
 * Events within reach, the latest received first. Bounds on the time of receipt leave all other days' tables untouched.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listTelemetry(
  ctx: ServiceContext,
  given: z.input<typeof listTelemetryStepSchema>,
): Promise<ConsolePage<TelemetryEventView>> {
  authorize(ctx, "telemetry:read");
  const input = parse(listTelemetryStepSchema, inEnvironment(ctx, given));
  const { environment } = input;
  const list = keyset(input, {
    id: telemetryEvents.id,
    ids: "evt",
    sort: { by: telemetryEvents.receivedAt, parse: instantIn, parts: true },
  });
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(telemetryEvents)
      .where(
        and(
          withinReach(ctx, telemetryEvents.environment, environment),
          inCustomerScope(ctx, telemetryEvents.customerId),
          ...filters(input),
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows)
      .prepare("telemetry_list")
      .execute(),
  );
  return list.page(rows, eventOf, (row) => row.receivedAt.toISOString());
}

function filters(input: ListTelemetry): (SQL | undefined)[] {
  const { type, product, flagged, licenseId, customerId, from, to } = input;
  return [
    type ? holdsText(telemetryEvents.type, type) : undefined,
    product ? holdsText(telemetryEvents.product, product) : undefined,
    // Written as in the index of flagged events.
    typeof flagged === "boolean" ? (flagged ? sql`flags <> '{}'` : sql`flags = '{}'`) : undefined,
    licenseId ? eq(telemetryEvents.licenseId, licenseId) : undefined,
    customerId ? eq(telemetryEvents.customerId, customerId) : undefined,
    from ? gte(telemetryEvents.receivedAt, new Date(from)) : undefined,
    to ? lt(telemetryEvents.receivedAt, new Date(to)) : undefined,
  ];
}

function eventOf(row: typeof telemetryEvents.$inferSelect): TelemetryEventView {
  return {
    id: row.id,
    environment: row.environment,
    type: row.type,
    at: row.at.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    product: row.product,
    version: row.version,
    licenseId: row.licenseId,
    licenseKey: row.licenseKey,
    identifier: row.identifier,
    data: row.data,
    flags: row.flags,
  };
}
